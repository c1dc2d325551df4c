using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

using Microsoft.AspNetCore.Http;

namespace Alignment.Serving;

/// <summary>JSON bodies in and out.</summary>
internal static class Json
{
    /// <summary>Largest body of a request, in bytes.</summary>
    public const int LargestBody = 4 * 1024 * 1024;

    private static readonly JsonSerializerOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    /// <summary>Reads the body of a request.</summary>
    /// <exception cref="ApiError">It is too large, of another type, or no JSON.</exception>
    public static async Task<JsonDocument> ReadAsync(HttpRequest request)
    {
        if (!request.HasJsonContentType())
        {
            throw new ApiError(StatusCodes.Status415UnsupportedMediaType, "unsupported_media_type", "The header 'Content-Type' must be application/json.");
        }

        byte[] body = await BytesAsync(request).ConfigureAwait(false);
        try
        {
            return JsonDocument.Parse(body, Strict);
        }
        catch (JsonException e)
        {
            throw ApiError.Invalid(null, "invalid_json", $"The body is no valid JSON: {e.Message}");
        }
    }

    /// <summary>Writes a whole response.</summary>
    public static Task WriteAsync(HttpContext context, int status, JsonNode body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json; charset=utf-8";
        return context.Response.WriteAsync(body.ToJsonString(Options), context.RequestAborted);
    }

    /// <summary>Begins a stream of server-sent events.</summary>
    public static void BeginStream(HttpContext context)
    {
        context.Response.ContentType = "text/event-stream; charset=utf-8";
        context.Response.Headers.CacheControl = "no-cache";
        context.Response.Headers["X-Accel-Buffering"] = "no"; // a proxy passes events on at once
    }

    /// <summary>Writes one event and sends it.</summary>
    public static Task EventAsync(HttpContext context, JsonNode body) => EventAsync(context, body.ToJsonString(Options));

    /// <summary>Writes one event and sends it.</summary>
    public static async Task EventAsync(HttpContext context, string data)
    {
        await context.Response.WriteAsync($"data: {data}\n\n", context.RequestAborted).ConfigureAwait(false);
        await context.Response.Body.FlushAsync(context.RequestAborted).ConfigureAwait(false);
    }

    private static async Task<byte[]> BytesAsync(HttpRequest request)
    {
        using var body = new MemoryStream();
        byte[] chunk = new byte[64 * 1024];
        for (int read = 1; read > 0;)
        {
            read = await request.Body.ReadAsync(chunk, request.HttpContext.RequestAborted).ConfigureAwait(false);
            body.Write(chunk, 0, read);
            if (body.Length > LargestBody || request.ContentLength > LargestBody)
            {
                throw new ApiError(StatusCodes.Status413PayloadTooLarge, "request_too_large", FormattableString.Invariant($"The body is larger than {LargestBody} bytes."));
            }
        }

        return body.ToArray();
    }
}

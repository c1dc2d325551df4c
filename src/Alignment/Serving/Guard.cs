using System.Security.Cryptography;
using System.Text;

using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Alignment.Serving;

/// <summary>
/// Who may ask: only requests that name this machine as their host (a web page that lets its own name point here does not
/// get in), and with a key set only those that show it.
/// </summary>
/// <param name="next">the rest of the way</param>
/// <param name="options">the key</param>
internal sealed class Guard(RequestDelegate next, ServeOptions options)
{
    private const string Scheme = "Bearer ";

    private static readonly HashSet<string> Hosts = new(StringComparer.OrdinalIgnoreCase) { "127.0.0.1", "localhost", "[::1]" };

    private readonly byte[]? _key = options.ApiKey is null ? null : SHA256.HashData(Encoding.UTF8.GetBytes(options.ApiKey));

    /// <summary>Lets a request pass or refuses it.</summary>
    public Task InvokeAsync(HttpContext context)
    {
        if (!Hosts.Contains(context.Request.Host.Host))
        {
            throw new ApiError(StatusCodes.Status403Forbidden, "unknown_host", "The header 'Host' must name this machine: 127.0.0.1 or localhost.");
        }

        if (_key is not null && context.Request.Path.StartsWithSegments("/v1", StringComparison.Ordinal) && !ShowsKey(context.Request.Headers.Authorization.ToString()))
        {
            context.Response.Headers.WWWAuthenticate = Scheme.TrimEnd();
            throw new ApiError(
                StatusCodes.Status401Unauthorized, "invalid_api_key",
                $"The server asks for an API key: send it in the header '{HeaderNames.Authorization}: {Scheme}KEY'.");
        }

        return next(context);
    }

    // Hashes have one length, so that the comparison takes the same time for every key.
    private bool ShowsKey(string header) => header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
        && CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(header[Scheme.Length..].Trim())), _key);
}

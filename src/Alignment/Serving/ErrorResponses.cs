using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Alignment.Serving;

/// <summary>Every error leaves as JSON in OpenAI's form, whoever raised it.</summary>
/// <param name="next">the rest of the way</param>
/// <param name="logger">faults go there</param>
internal sealed class ErrorResponses(RequestDelegate next, ILogger<ErrorResponses> logger)
{
    /// <summary>Answers a request, or says why not.</summary>
    public async Task InvokeAsync(HttpContext context)
    {
        context.Response.Headers.XContentTypeOptions = "nosniff";
        ApiError? error = await TryAsync(context).ConfigureAwait(false);
        if (error is null || context.RequestAborted.IsCancellationRequested)
        {
            return;
        }

        if (context.Response.HasStarted)
        {
            await Json.EventAsync(context, error.Body).ConfigureAwait(false);
            return;
        }

        if (error.RetryAfter is int seconds)
        {
            context.Response.Headers.RetryAfter = FormattableString.Invariant($"{seconds}");
        }

        await Json.WriteAsync(context, error.Status, error.Body).ConfigureAwait(false);
    }

    private async Task<ApiError?> TryAsync(HttpContext context)
    {
        string method = context.Request.Method;
        try
        {
            await next(context).ConfigureAwait(false);
            return context.Response.HasStarted ? null : context.Response.StatusCode switch
            {
                StatusCodes.Status404NotFound => new ApiError(StatusCodes.Status404NotFound, "unknown_url", $"Unknown request URL: {method} {context.Request.Path}."),
                StatusCodes.Status405MethodNotAllowed => new ApiError(
                    StatusCodes.Status405MethodNotAllowed, "method_not_allowed", $"{method} is not allowed on {context.Request.Path}; allowed: {context.Response.Headers.Allow}."),
                _ => null,
            };
        }
        catch (ApiError e)
        {
            return e;
        }
        catch (BadHttpRequestException e)
        {
            return new ApiError(e.StatusCode, "bad_request", e.Message);
        }
        catch (Exception) when (context.RequestAborted.IsCancellationRequested)
        {
            return null; // nobody is there to be told
        }
        catch (Exception e)
        {
            LogMessages.RequestFailed(logger, method, context.GetEndpoint()?.DisplayName ?? "", e);
            return new ApiError(StatusCodes.Status500InternalServerError, "internal_error", "The server failed; its log says more.");
        }
    }
}

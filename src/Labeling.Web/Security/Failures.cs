using Alignment.Pipeline.People;
using Alignment.Shared;

namespace Alignment.Labeling.Web.Security;

/// <summary>
/// What a route throws: something that the user can mend becomes its message, a fault becomes a number that stands in the log
/// too. Neither the log nor the answer quotes what people wrote.
/// </summary>
internal sealed class Failures(RequestDelegate next, ILogger<Failures> logger)
{
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
        }
        catch (UserError e) when (!context.Response.HasStarted)
        {
            await AnswerAsync(context, e is AccessRefused ? StatusCodes.Status403Forbidden : StatusCodes.Status400BadRequest, e.Message);
        }
        catch (BadHttpRequestException e) when (!context.Response.HasStarted)
        {
            await AnswerAsync(context, e.StatusCode, "the request is not one that this page sends: reload the page and try again");
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // nobody waits for the answer
        }
        catch (Exception e) when (!context.Response.HasStarted)
        {
            string id = Guid.NewGuid().ToString("N")[..8];
            WebLog.Fault(logger, e, id);
            await AnswerAsync(context, StatusCodes.Status500InternalServerError, $"something went wrong here; the log has the details under {id}");
        }
    }

    private static Task AnswerAsync(HttpContext context, int status, string message)
    {
        context.Response.Clear();
        context.Response.StatusCode = status;
        return context.Request.Path.StartsWithSegments("/api")
            ? context.Response.WriteAsJsonAsync(new { error = message })
            : context.Response.WriteAsync(message);
    }
}

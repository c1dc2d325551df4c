using System.Security.Claims;

namespace Alignment.Labeling.Web.Api;

/// <summary>
/// Refuses what one person's page sends while another one is signed in (somebody else uses the browser): the page keeps its
/// presses for their owner. A caller that does not say whose page it is sends for whoever is signed in.
/// </summary>
internal sealed class SamePerson : IEndpointFilter
{
    /// <summary>The header with the id of the page's person.</summary>
    public const string Header = "Alignment-Person";

    public ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        string? page = context.HttpContext.Request.Headers[Header];
        return string.IsNullOrEmpty(page) || page == context.HttpContext.User.FindFirstValue(ClaimTypes.NameIdentifier)
            ? next(context)
            : ValueTask.FromResult<object?>(Results.Json(
                new { error = "somebody else is signed in now: sign in again; presses that were not sent yet are kept", kind = "person" },
                statusCode: StatusCodes.Status409Conflict));
    }
}

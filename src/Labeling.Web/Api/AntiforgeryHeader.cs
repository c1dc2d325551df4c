using Microsoft.AspNetCore.Antiforgery;

namespace Alignment.Labeling.Web.Api;

/// <summary>Takes a write only with the token of one of this app's pages in the header <c>RequestVerificationToken</c>.</summary>
internal sealed class AntiforgeryHeader(IAntiforgery antiforgery) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next) =>
        await antiforgery.IsRequestValidAsync(context.HttpContext)
            ? await next(context)
            : Results.Json(
                new { error = "the page's token is missing or too old: reload the page; presses that were not sent yet are kept", kind = "form" },
                statusCode: StatusCodes.Status400BadRequest);
}

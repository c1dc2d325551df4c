using System.Security.Claims;
using Alignment.Pipeline.People;
using MediatR;
using Microsoft.AspNetCore.Components.Authorization;

namespace Alignment.Labeling.Web;

/// <summary>
/// Sends messages for whoever is signed in, each in a scope of its own: a circuit lives for hours, a database context must not.
/// </summary>
public sealed class Messages(IServiceScopeFactory scopes, AuthenticationStateProvider identity)
{
    /// <summary>Sends a message from a page.</summary>
    public async Task<T> SendAsync<T>(IRequest<T> message, CancellationToken cancellationToken = default) =>
        await SendAsync(message, (await identity.GetAuthenticationStateAsync()).User, cancellationToken);

    /// <summary>Sends a message from a route.</summary>
    public async Task<T> SendAsync<T>(IRequest<T> message, ClaimsPrincipal user, CancellationToken cancellationToken = default)
    {
        await using AsyncServiceScope scope = scopes.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<CurrentActor>().Actor = ActorOf(user);
        return await scope.ServiceProvider.GetRequiredService<IMediator>().Send(message, cancellationToken);
    }

    /// <summary>The id of whoever looks at the page.</summary>
    public async Task<string> PersonIdAsync() => ActorOf((await identity.GetAuthenticationStateAsync()).User)?.Id ?? throw new AccessRefused("sign in first");

    private static Actor? ActorOf(ClaimsPrincipal user) => user.FindFirstValue(ClaimTypes.NameIdentifier) is { } id
        ? new(id, user.Identity?.Name ?? "", user.FindAll(ClaimTypes.Role).Select(claim => claim.Value).ToHashSet())
        : null;
}

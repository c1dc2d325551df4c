using System.Security.Claims;
using Alignment.Pipeline.People;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server;
using Microsoft.AspNetCore.Identity;

namespace Alignment.Labeling.Web.Security;

/// <summary>Who a circuit belongs to; looked at again every minute, because a circuit lives longer than a request.</summary>
internal sealed class CircuitIdentity(ILoggerFactory loggers, IServiceScopeFactory scopes) : RevalidatingServerAuthenticationStateProvider(loggers)
{
    protected override TimeSpan RevalidationInterval => OpenAccount.CheckEvery;

    protected override async Task<bool> ValidateAuthenticationStateAsync(AuthenticationState authenticationState, CancellationToken cancellationToken)
    {
        await using AsyncServiceScope scope = scopes.CreateAsyncScope();
        ClaimsPrincipal user = authenticationState.User;
        UserManager<Person> people = scope.ServiceProvider.GetRequiredService<UserManager<Person>>();
        return await people.GetUserAsync(user) is { Closed: false } person
            && user.FindFirstValue(people.Options.ClaimsIdentity.SecurityStampClaimType) == await people.GetSecurityStampAsync(person);
    }
}

using Alignment.Pipeline.People;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace Alignment.Labeling.Web.Security;

/// <summary>Signing in, except into a closed account.</summary>
internal sealed class PersonSignIn(
    UserManager<Person> people,
    IHttpContextAccessor context,
    IUserClaimsPrincipalFactory<Person> claims,
    IOptions<IdentityOptions> options,
    ILogger<SignInManager<Person>> logger,
    IAuthenticationSchemeProvider schemes,
    IUserConfirmation<Person> confirmation) : SignInManager<Person>(people, context, claims, options, logger, schemes, confirmation)
{
    /// <summary>How long a closed account or a changed role goes unnoticed at most.</summary>
    public static readonly TimeSpan CheckEvery = TimeSpan.FromMinutes(1);

    public override async Task<bool> CanSignInAsync(Person user) => !user.Closed && await base.CanSignInAsync(user);
}

using Alignment.Pipeline.People;
using Microsoft.AspNetCore.Authorization;

namespace Alignment.Labeling.Web.Security;

/// <summary>The rules that pages and routes name: a role, which an admin has too.</summary>
public static class Policies
{
    /// <summary>Whoever judges items.</summary>
    public const string Annotator = Role.Annotator;

    /// <summary>Whoever imports, freezes and trains.</summary>
    public const string Engineer = Role.Engineer;

    /// <summary>Whoever sets roles.</summary>
    public const string Admin = Role.Admin;

    /// <summary>Everybody who is signed in.</summary>
    public const string SignedIn = "signed-in";

    /// <summary>Adds them; a route without one needs a person who is signed in.</summary>
    public static void Add(AuthorizationOptions options)
    {
        foreach (string role in Role.All)
        {
            options.AddPolicy(role, policy => policy.RequireRole(role, Role.Admin));
        }

        options.AddPolicy(SignedIn, policy => policy.RequireAuthenticatedUser());
        options.FallbackPolicy = new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build();
    }
}

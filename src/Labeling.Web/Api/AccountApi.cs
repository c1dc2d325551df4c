using Alignment.Pipeline.People;
using Microsoft.AspNetCore.Identity;

namespace Alignment.Labeling.Web.Api;

/// <summary>Signing out; signing in is a page.</summary>
internal static class AccountApi
{
    public static void MapAccount(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/sign-out", async (SignInManager<Person> signIn, IFormCollection _) =>
        {
            await signIn.SignOutAsync();
            return Results.LocalRedirect("~/sign-in");
        }).RequireAuthorization(Security.Policies.SignedIn);
}

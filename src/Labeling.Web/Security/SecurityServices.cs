using System.Globalization;
using System.Threading.RateLimiting;
using Alignment.Pipeline.People;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Identity;

namespace Alignment.Labeling.Web.Security;

/// <summary>Who one is, what one may, and how often one may try.</summary>
internal static class SecurityServices
{
    /// <summary>The limit of tries to sign in or to use a link, per address.</summary>
    public const string TriesLimit = "tries";

    private const int TriesPerMinute = 20;

    public static void AddSecurity(this IServiceCollection services)
    {
        services.AddAuthentication(IdentityConstants.ApplicationScheme).AddIdentityCookies();
        services.ConfigureApplicationCookie(Cookie);
        new IdentityBuilder(typeof(Person), typeof(IdentityRole), services).AddSignInManager().AddUserConfirmation<OpenAccount>();
        services.Configure<IdentityOptions>(options => options.SignIn.RequireConfirmedAccount = true);
        services.Configure<SecurityStampValidatorOptions>(options => options.ValidationInterval = OpenAccount.CheckEvery);
        services.AddAuthorization(Policies.Add);
        services.AddCascadingAuthenticationState();
        services.AddScoped<AuthenticationStateProvider, CircuitIdentity>();
        services.AddHttpContextAccessor();
        services.AddAntiforgery(options =>
        {
            options.Cookie.Name = "alignment.forms";
            options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        });
        services.AddRateLimiter(options =>
        {
            options.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            options.OnRejected = async (context, token) =>
            {
                context.HttpContext.Response.Headers.RetryAfter = TimeSpan.FromMinutes(1).TotalSeconds.ToString(CultureInfo.InvariantCulture);
                await context.HttpContext.Response.WriteAsync("Too many tries from this address. Wait a minute and try again.", token);
            };
            options.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(Partition);
        });
    }

    // Only what tries a password or a token is counted.
    private static RateLimitPartition<string> Partition(HttpContext context) =>
        HttpMethods.IsPost(context.Request.Method) && (context.Request.Path.StartsWithSegments("/sign-in") || context.Request.Path.StartsWithSegments("/join"))
            ? RateLimitPartition.GetFixedWindowLimiter(
                $"{TriesLimit} {context.Connection.RemoteIpAddress}",
                _ => new FixedWindowRateLimiterOptions { PermitLimit = TriesPerMinute, Window = TimeSpan.FromMinutes(1) })
            : RateLimitPartition.GetNoLimiter("");

    private static void Cookie(CookieAuthenticationOptions options)
    {
        options.Cookie.Name = "alignment";
        options.Cookie.SameSite = SameSiteMode.Lax;
        options.ExpireTimeSpan = TimeSpan.FromDays(14);
        options.SlidingExpiration = true;
        options.LoginPath = "/sign-in";
        options.AccessDeniedPath = "/refused";
        options.ReturnUrlParameter = "back";
        options.Events.OnRedirectToLogin = context => Redirect(context, StatusCodes.Status401Unauthorized, "nobody is signed in");
        options.Events.OnRedirectToAccessDenied = context => Redirect(context, StatusCodes.Status403Forbidden, "this needs a role that you do not have");
    }

    // A script wants to know, a person wants to be led on.
    private static Task Redirect(RedirectContext<CookieAuthenticationOptions> context, int status, string error)
    {
        if (context.Request.Path.StartsWithSegments("/api"))
        {
            context.Response.StatusCode = status;
            return context.Response.WriteAsJsonAsync(new { error });
        }

        context.Response.Redirect(context.RedirectUri);
        return Task.CompletedTask;
    }
}

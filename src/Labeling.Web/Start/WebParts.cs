using Alignment.Labeling.Web.Components;
using Alignment.Labeling.Web.Components.Layout;
using Alignment.Labeling.Web.Imports;
using Alignment.Labeling.Web.Security;
using Alignment.Pipeline;
using Alignment.Pipeline.Labeling;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.HttpOverrides;
using MudBlazor.Services;

namespace Alignment.Labeling.Web.Start;

/// <summary>Puts the app together: services, then the way of a request.</summary>
internal static class WebParts
{
    // A prompt of 60,000 characters, each of three bytes.
    private const long LargestMessage = 256 << 10;

    public static WebApplication Build(WebOptions options, string[] hostArguments)
    {
        WebApplicationBuilder builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = hostArguments, ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseStaticWebAssets();
        builder.WebHost.UseUrls(FormattableString.Invariant($"http://{(options.Port == 0 && options.Host == "localhost" ? "127.0.0.1" : options.Host)}:{options.Port}"));
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning);
        builder.Logging.AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error); // that keys lie in the data folder as they are is how it is meant
        AddServices(builder.Services, options);
        WebApplication app = builder.Build();
        UseParts(app, options);
        return app;
    }

    private static void AddServices(IServiceCollection services, WebOptions options)
    {
        services.AddSingleton(provider => provider.GetRequiredService<IConfiguration>().GetSection("Labeling").Get<LabelingSettings>() ?? new LabelingSettings());
        services.AddSingleton(options.Serving);
        services.AddPipeline(options.Folder);
        services.AddHostedService<GenerationHost>();
        services.AddDataProtection().SetApplicationName("alignment").PersistKeysToFileSystem(Directory.CreateDirectory(options.Folder.Keys));
        services.AddSecurity();
        services.AddRazorComponents().AddInteractiveServerComponents().AddHubOptions(hub => hub.MaximumReceiveMessageSize = LargestMessage);
        services.AddMudServices();
        services.AddSingleton<ThemeCss>();
        services.AddScoped<Messages>();
        services.AddImports(options.MaxUploadBytes);
        services.AddHostedService<RunWorkerHost>();
        services.Configure<ForwardedHeadersOptions>(forwarded => forwarded.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto);
    }

    private static void UseParts(WebApplication app, WebOptions options)
    {
        app.UseForwardedHeaders();
        if (options.PathBase.Length > 0)
        {
            app.UsePathBase(options.PathBase);
        }

        app.UseRouting();
        app.UseMiddleware<SecurityHeaders>();
        app.UseMiddleware<Failures>();
        app.UseStatusCodePagesWithReExecute("/not-found", createScopeForStatusCodePages: true);
        app.UseRateLimiter();
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseAntiforgery();
        app.MapStaticAssets().AllowAnonymous();
        app.MapRoutes();
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode(render => render.ContentSecurityFrameAncestorsPolicy = null);
    }
}

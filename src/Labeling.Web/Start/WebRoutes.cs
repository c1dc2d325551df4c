using Alignment.Labeling.Web.Api;
using Alignment.Labeling.Web.Components.Layout;

namespace Alignment.Labeling.Web.Start;

/// <summary>Every route that is no page.</summary>
internal static class WebRoutes
{
    public static void MapRoutes(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/theme.css", async (ThemeCss theme) => Results.Text(await theme.GetAsync(), "text/css")).AllowAnonymous();
        routes.MapGet("/health", () => Results.Text("ok")).AllowAnonymous();
        routes.MapAccount();
        routes.MapImports();
        routes.MapDatasets();
        routes.MapRuns();
        routes.MapLabeling();
    }
}

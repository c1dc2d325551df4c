using System.Text;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Alignment.Labeling.Web.Tests;

/// <summary>Who may call which route: the table stands in docs/routes.md, and a route that it does not have fails here.</summary>
public sealed class RouteTests(WebApp app) : IClassFixture<WebApp>
{
    [Fact]
    public void Routes_SayWhoMayCallThem_AndStandInTheTable()
    {
        SortedDictionary<string, string> rules = new(StringComparer.Ordinal);
        foreach (RouteEndpoint route in app.Services.GetServices<EndpointDataSource>().SelectMany(source => source.Endpoints).OfType<RouteEndpoint>())
        {
            string pattern = "/" + route.RoutePattern.RawText?.TrimStart('/');
            if (pattern.StartsWith("/_", StringComparison.Ordinal) || pattern == "/{**path:file}" || IsAsset(route))
            {
                continue; // Blazor's own, behind the rule for everything else: signed in
            }

            string methods = string.Join(' ', route.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? []);
            string rule = route.Metadata.GetMetadata<IAllowAnonymous>() is not null ? "everybody"
                : string.Join(", ", route.Metadata.GetOrderedMetadata<IAuthorizeData>().Select(data => data.Policy).OfType<string>());
            Assert.False(rule.Length == 0, $"{methods} {pattern} names no policy: put [Authorize(Policy = ...)] or [AllowAnonymous] on it");
            rules[$"{pattern} {methods}"] = $"| {methods} | `{pattern}` | {rule} |";
        }

        var table = new StringBuilder("# Routes and who may call them\n\nAn admin may call all of them. `signed-in` is everybody with an account.\n\n| method | route | who |\n|---|---|---|\n");
        foreach (string line in rules.Values)
        {
            table.Append(line).Append('\n');
        }

        string file = Path.Combine(AppContext.BaseDirectory, "routes.md");
        File.WriteAllText(file + ".now", table.ToString());
        Assert.True(File.ReadAllText(file) == table.ToString(), $"docs/routes.md is not what the routes say; if the change is meant, copy {file}.now over it");
    }

    // A static file and its fingerprinted name.
    private static bool IsAsset(RouteEndpoint route) => route.Metadata.Any(entry => entry.GetType().Name == "StaticAssetDescriptor");
}

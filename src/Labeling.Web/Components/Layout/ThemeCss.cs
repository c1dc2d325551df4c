using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using MudBlazor;

namespace Alignment.Labeling.Web.Components.Layout;

/// <summary>
/// MudBlazor's variables for both palettes as one style sheet, chosen by the attribute <c>data-theme</c> or by the system. So a
/// page has its colours before any script runs, with and without a circuit.
/// </summary>
internal sealed class ThemeCss(IServiceScopeFactory scopes, ILoggerFactory loggers)
{
    private readonly Lock _gate = new();
    private Task<string>? _css;

    /// <summary>The style sheet; made once.</summary>
    public Task<string> GetAsync()
    {
        lock (_gate)
        {
            return _css ??= MakeAsync();
        }
    }

    private async Task<string> MakeAsync()
    {
        string light = await RenderAsync(isDark: false), dark = await RenderAsync(isDark: true);
        return $$"""
            :root { color-scheme: light; {{light}} }
            :root[data-theme=dark] { color-scheme: dark; {{dark}} }
            @media (prefers-color-scheme: dark) { :root:not([data-theme=light]) { color-scheme: dark; {{dark}} } }
            """;
    }

    private async Task<string> RenderAsync(bool isDark)
    {
        await using AsyncServiceScope scope = scopes.CreateAsyncScope();
        await using var renderer = new HtmlRenderer(scope.ServiceProvider, loggers);
        string html = await renderer.Dispatcher.InvokeAsync(async () => (await renderer.RenderComponentAsync<MudThemeProvider>(ParameterView.FromDictionary(
            new Dictionary<string, object?> { [nameof(MudThemeProvider.Theme)] = Palettes.Theme, [nameof(MudThemeProvider.IsDarkMode)] = isDark }))).ToHtmlString());
        int open = html.IndexOf(":root", StringComparison.Ordinal), begin = html.IndexOf('{', open) + 1;
        return html[begin..html.IndexOf('}', begin)];
    }
}

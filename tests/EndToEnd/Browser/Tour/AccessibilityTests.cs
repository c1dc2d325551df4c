using System.Text.RegularExpressions;
using Alignment.Goldens;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace Alignment.EndToEnd.Tests.Browser.Tour;

/// <summary>What axe-core finds on each page, light and dark: nothing serious.</summary>
public sealed partial class AccessibilityTests(FurnishedApp app) : IClassFixture<FurnishedApp>
{
    private static readonly string[] Grave = ["serious", "critical"];

    // Pages that lead somewhere else before anything is seen, or that only a link leads to.
    private static readonly string[] Elsewhere = ["/join/{token}", "/refused", "/label/{project}"];

    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task Pages_HaveNothingSerious(ColorScheme scheme)
    {
        await app.Admin.Page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = scheme, ReducedMotion = ReducedMotion.Reduce });
        List<string> found = [];
        foreach (TourPage page in Pages.All)
        {
            await app.Admin.GoAsync(app.AddressOf(page));
            await app.Admin.SettleAsync();
            AxeResult result = await app.Admin.Page.RunAxe(new AxeRunOptions { RunOnly = RunOnlyOptions.Tags("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa") });
            found.AddRange(result.Violations.Where(violation => Grave.Contains(violation.Impact))
                .SelectMany(violation => violation.Nodes.Select(node => $"{page.Name}: {violation.Id}: {violation.Help}: {node.Html}")));
        }

        Assert.True(found.Count == 0, string.Join('\n', found));
        app.Admin.AssertNothingWrong();
    }

    [Fact]
    public void Tour_LeavesNoPageOut()
    {
        string table = File.ReadAllText(Path.Combine(GoldenData.Repository, "docs", "routes.md"));
        string[] pages = [.. PageRow().Matches(table).Select(match => match.Groups[1].Value)];

        Assert.Equal(pages.Except(Elsewhere).Order(StringComparer.Ordinal), Pages.All.Select(page => page.Route).Distinct().Order(StringComparer.Ordinal));
    }

    [GeneratedRegex(@"^\| GET POST \| `([^`]+)`", RegexOptions.Multiline)]
    private static partial Regex PageRow();
}

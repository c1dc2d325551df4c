using Alignment.Goldens;
using Microsoft.Playwright;

namespace Alignment.EndToEnd.Tests.Browser.Tour;

/// <summary>Takes the pictures of docs/screens (scripts/screens.sh); not a part of any suite.</summary>
[Trait("speed", "screens")]
public sealed class ScreenTests(FurnishedApp app) : IClassFixture<FurnishedApp>
{
    private static readonly string Folder = Path.Combine(GoldenData.Repository, "docs", "screens");

    [Theory]
    [InlineData(ColorScheme.Light, 1280)]
    [InlineData(ColorScheme.Dark, 1280)]
    [InlineData(ColorScheme.Light, 390)]
    public async Task Pages_ArePictured(ColorScheme scheme, int width)
    {
        Directory.CreateDirectory(Folder);
        await app.Admin.Page.SetViewportSizeAsync(width, width == 1280 ? 900 : 844);
        await app.Admin.Page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = scheme, ReducedMotion = ReducedMotion.Reduce });
        foreach (TourPage page in Pages.All.Where(page => width == 1280 || page.OnPhone))
        {
            await app.Admin.GoAsync(app.AddressOf(page));
            await app.Admin.SettleAsync();
            string name = $"{page.Name}-{(width == 1280 ? scheme.ToString().ToLowerInvariant() : "phone")}.png";
            await app.Admin.Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(Folder, name) });
        }

        app.Admin.AssertNothingWrong();
    }
}

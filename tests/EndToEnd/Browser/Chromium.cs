using Microsoft.Playwright;

namespace Alignment.EndToEnd.Tests.Browser;

/// <summary>One Chromium for all browser tests; each page has a context of its own.</summary>
internal static class Chromium
{
    private const string Path = "/usr/bin/chromium";
    private static readonly Lazy<Task<IBrowser>> Browser = new(LaunchAsync);

    /// <summary>The browser. Where there is none the test is skipped with the reason; with CI=true it fails.</summary>
    public static Task<IBrowser> GetAsync()
    {
        if (!File.Exists(Path))
        {
            const string Reason = "no Chromium: as root ./test.sh installs it, otherwise 'apt-get install chromium'";
            Assert.True(Environment.GetEnvironmentVariable("CI") != "true", Reason);
            Assert.Skip(Reason);
        }

        return Browser.Value;
    }

    private static async Task<IBrowser> LaunchAsync()
    {
        Assertions.SetDefaultExpectTimeout(15_000);
        IPlaywright playwright = await Playwright.CreateAsync();
        return await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = Path,
            Headless = true,
            Args =
            [
                "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
                "--disable-dev-shm-usage",
            ],
        });
    }
}

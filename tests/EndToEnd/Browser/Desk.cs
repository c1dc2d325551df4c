using Microsoft.Playwright;

namespace Alignment.EndToEnd.Tests.Browser;

/// <summary>What somebody does and sees on a labeling page.</summary>
internal static class Desk
{
    /// <summary>The item in view.</summary>
    public static ILocator Item(this IPage page) => page.Locator("#items > article:not([hidden])");

    /// <summary>The token of the item in view.</summary>
    public static async Task<string> TokenAsync(this IPage page) => (await page.Item().GetAttributeAsync("data-token"))!;

    /// <summary>The panel in place of an item.</summary>
    public static ILocator State(this IPage page) => page.Locator("#state");

    /// <summary>Presses a key and waits until another item, or a state, is in view.</summary>
    public static async Task PressAsync(this IPage page, string key)
    {
        string before = await page.TokenAsync();
        await page.Keyboard.PressAsync(key);
        await page.PassedAsync(before);
    }

    /// <summary>Waits until an item is no longer in view.</summary>
    public static Task PassedAsync(this IPage page, string token) =>
        Assertions.Expect(page.Locator($"#items > article[data-token='{token}']:not([hidden])")).ToHaveCountAsync(0);

    /// <summary>Sends a key event as a keyboard of another layout does.</summary>
    public static Task DispatchAsync(this IPage page, string key, string code, string more = "{}") => page.EvaluateAsync(
        "([key, code, more]) => (document.activeElement ?? document.body).dispatchEvent(new KeyboardEvent('keydown', { key, code, bubbles: true, cancelable: true, ...JSON.parse(more) }))",
        new[] { key, code, more });

    /// <summary>Waits until the server has every press.</summary>
    public static Task SentAsync(this IPage page) => Assertions.Expect(page.Locator("#label[data-kept='0']")).ToHaveCountAsync(1);

    /// <summary>Waits until the page holds as many presses that the server does not have.</summary>
    public static Task KeptAsync(this IPage page, int count) => Assertions.Expect(page.Locator(FormattableString.Invariant($"#label[data-kept='{count}']"))).ToHaveCountAsync(1);

    /// <summary>Waits until the page holds as many items.</summary>
    public static Task HoldsAsync(this IPage page, int count) => Assertions.Expect(page.Locator("#items > article")).ToHaveCountAsync(count);
}

using System.Text.Json;
using Alignment.Labeling.Web.Tests;
using Microsoft.Playwright;

namespace Alignment.EndToEnd.Tests.Browser;

/// <summary>Hostile answers on the pages of labeling: nothing runs, nothing loads from outside, the page stays usable.</summary>
[Collection(nameof(LabelingBench))]
public sealed class LabelHostileTests(LabelingBench bench)
{
    [Fact]
    public async Task Answers_RunAndLoadNothing_AndThePageStaysUsable()
    {
        // What an import refuses by name never comes to a page.
        KeyValuePair<string, string>[] all = [.. Hostile.All.Where(entry => entry.Key != "lone surrogates").Select(entry => KeyValuePair.Create(entry.Key, entry.Value.Replace("\0", "", StringComparison.Ordinal)))];
        string project = await bench.ProjectAsync([.. all.Select(entry => JsonSerializer.Serialize(
            new { prompt = new[] { new { role = "user", content = $"{entry.Key}\n\n{entry.Value}" } }, answers = new[] { entry.Value, "plain answer to " + entry.Key } }))]);
        await using Visitor annotator = await bench.LabelAsync(project);
        IPage page = annotator.Page;
        await page.EvaluateAsync("name => { window[name] = () => { document.body.dataset.alarm = '1'; }; }", Hostile.Alarm);
        for (int i = 0; i < all.Length; i++)
        {
            await page.Keyboard.PressAsync("r");
            await page.Keyboard.PressAsync("d");
            await page.Keyboard.PressAsync("d");
            Assert.True(await page.EvaluateAsync<bool>("() => document.documentElement.scrollWidth <= innerWidth"), $"item {i} is wider than the page");
            await page.PressAsync("4");
        }

        await page.SentAsync();
        Assert.Equal(all.Length, (await bench.SaidAsync(project)).Count);
        await Assertions.Expect(page.Locator("body[data-alarm]")).ToHaveCountAsync(0);
        for (string? next = "my-judgments"; next is not null;)
        {
            await annotator.GoAsync(next);
            next = await page.GetByRole(AriaRole.Link, new() { Name = "Older" }).CountAsync() > 0 ? await page.GetByRole(AriaRole.Link, new() { Name = "Older" }).GetAttributeAsync("href") : null;
        }

        foreach (Pipeline.Labeling.Judgment judgment in await bench.SaidAsync(project))
        {
            await annotator.GoAsync(FormattableString.Invariant($"my-judgments/{judgment.Id}"));
            await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Change it" })).ToBeVisibleAsync();
        }

        annotator.AssertNothingWrong();
    }
}

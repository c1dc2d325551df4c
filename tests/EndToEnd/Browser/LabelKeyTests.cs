using System.Text.Json;
using Alignment.Pipeline.Labeling;
using Alignment.Shared.Preferences;
using Microsoft.Playwright;

namespace Alignment.EndToEnd.Tests.Browser;

/// <summary>Keys of the labeling pages: what each does, on every layout, and when none does anything.</summary>
[Collection(nameof(LabelingBench))]
public sealed class LabelKeyTests(LabelingBench bench)
{
    [Fact]
    public async Task Digits_StoreTheVerdictAboutAAndB()
    {
        string project = await bench.PairsAsync(7);
        await using Visitor annotator = await bench.LabelAsync(project);
        foreach (string key in (string[])["1", "2", "3", "4", "5", "6", "7"])
        {
            await annotator.Page.PressAsync(key);
        }

        await annotator.Page.SentAsync();
        IReadOnlyList<Judgment> said = await bench.SaidAsync(project);
        Assert.Equal(["1", "2", "3", "4", "5", "6", "7"], said.Select(OnScreen));
        Assert.All(said, judgment => Assert.InRange(judgment.ActiveMilliseconds!.Value, 0, 60_000));
        Assert.Equal(2, said.Select(judgment => judgment.OrderShown).Distinct().Count());
        await Assertions.Expect(annotator.Page.State()).ToContainTextAsync("All done");
        annotator.AssertNothingWrong();
    }

    [Theory]
    [InlineData("é", "Digit2", "{}", "2")] // AZERTY, no Shift
    [InlineData("2", "Digit2", """{"shiftKey": true}""", "2")] // AZERTY, Shift
    [InlineData("b", "KeyN", "{}", Verdicts.BothBad)] // the letter moved
    [InlineData("B", "KeyB", "{}", Verdicts.BothBad)] // caps lock
    [InlineData("ы", "KeyS", "{}", Verdicts.Skip)] // no Latin letters
    [InlineData("7", "Numpad7", "{}", "7")]
    public async Task Key_OfAnyLayout_DoesWhatItSays(string key, string code, string more, string verdict)
    {
        string project = await bench.PairsAsync(2);
        await using Visitor annotator = await bench.LabelAsync(project);
        string token = await annotator.Page.TokenAsync();
        await annotator.Page.DispatchAsync(key, code, more);
        await annotator.Page.PassedAsync(token);
        await annotator.Page.SentAsync();

        Assert.Equal(verdict, OnScreen(Assert.Single(await bench.SaidAsync(project))));
    }

    [Theory]
    [InlineData("1", "Digit1", """{"ctrlKey": true}""")]
    [InlineData("1", "Digit1", """{"altKey": true}""")]
    [InlineData("1", "Digit1", """{"metaKey": true}""")]
    [InlineData("1", "Digit1", """{"repeat": true}""")]
    [InlineData("1", "Digit1", """{"isComposing": true}""")]
    [InlineData("End", "Numpad1", "{}")] // number pad without NumLock
    [InlineData("q", "KeyB", "{}")] // another letter where b is elsewhere
    [InlineData("8", "Digit8", "{}")]
    public async Task Key_ThatIsNotForThePage_DoesNothing(string key, string code, string more)
    {
        string project = await bench.PairsAsync(2);
        await using Visitor annotator = await bench.LabelAsync(project);
        string token = await annotator.Page.TokenAsync();
        await annotator.Page.DispatchAsync(key, code, more);

        Assert.Equal(token, await annotator.Page.TokenAsync());
        await annotator.Page.PressAsync("4");
        await annotator.Page.SentAsync();
        Assert.Equal("4", Assert.Single(await bench.SaidAsync(project)).Verdict);
    }

    [Fact]
    public async Task HeldKey_FiresOnce()
    {
        string project = await bench.PairsAsync(6);
        await using Visitor annotator = await bench.LabelAsync(project);
        for (int i = 0; i < 4; i++)
        {
            await annotator.Page.Keyboard.DownAsync("1");
        }

        await annotator.Page.Keyboard.UpAsync("1");
        await annotator.Page.PressAsync("2");
        await annotator.Page.SentAsync();

        Assert.Equal(["1", "2"], (await bench.SaidAsync(project)).Select(OnScreen));
    }

    [Fact]
    public async Task Keys_WhileTypingOrInADialog_GoToTheFieldOnly()
    {
        string project = await bench.PairsAsync(3);
        await using Visitor annotator = await bench.LabelAsync(project);
        IPage page = annotator.Page;
        string token = await page.TokenAsync();
        await page.Keyboard.PressAsync("c");
        await page.Keyboard.TypeAsync("1 bs7z?g");
        await Assertions.Expect(page.Locator("#note-text")).ToHaveValueAsync("1 bs7z?g");
        await page.Keyboard.PressAsync("Escape");
        await page.Keyboard.PressAsync("?");
        await Assertions.Expect(page.GetByRole(AriaRole.Dialog, new() { Name = "Keys" })).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("1");
        await page.Keyboard.PressAsync("s");
        await page.Keyboard.PressAsync("Escape");

        Assert.Equal(token, await page.TokenAsync());
        await page.PressAsync("3");
        await page.SentAsync();
        Judgment said = Assert.Single(await bench.SaidAsync(project));
        Assert.Equal(("3", null), (OnScreen(said), said.Comment));
    }

    [Fact]
    public async Task KeyMap_ListsEveryKeyThatAButtonShows()
    {
        await using Visitor annotator = await bench.LabelAsync(await bench.PairsAsync(1));
        IPage page = annotator.Page;
        IReadOnlyList<string> onButtons = await page.Locator(".bar-of-keys button kbd, .tools button kbd").AllInnerTextsAsync();
        await page.Keyboard.PressAsync("?");
        IReadOnlyList<string> listed = await page.Locator("#keys td:first-child kbd").AllInnerTextsAsync();

        Assert.Equal(["1", "2", "3", "4", "5", "6", "7", "b", "s", "f", "c", "z"], listed.Take(12));
        Assert.Empty(onButtons.Except(listed));
    }

    [Fact]
    public async Task Singles_ByArrowsAndLetters_StoreThumbs()
    {
        string project = await bench.ProjectAsync([.. Enumerable.Range(0, 5).Select(row => FormattableString.Invariant($$"""{"prompt": "rate {{row}}", "answers": ["answer {{row}}"]}"""))]);
        await using Visitor annotator = await bench.LabelAsync(project, "singles");
        foreach (string key in (string[])["ArrowUp", "ArrowDown", "u", "d", "s"])
        {
            await annotator.Page.PressAsync(key);
        }

        await annotator.Page.SentAsync();
        Assert.Equal([Verdicts.Up, Verdicts.Down, Verdicts.Up, Verdicts.Down, Verdicts.Skip], (await bench.SaidAsync(project)).Select(judgment => judgment.Verdict));
        annotator.AssertNothingWrong();
    }

    [Fact]
    public async Task Attention_CountsNoIdleBeyondAMinuteAndNothingWhileHidden()
    {
        await using Visitor annotator = await bench.LabelAsync(await bench.PairsAsync(1));
        JsonElement read = await annotator.Page.EvaluateAsync<JsonElement>("""
            async () => {
              const { Attention } = await import(document.baseURI + "label/time.js");
              let now = 0;
              const clock = new Attention(() => now), read = [];
              const step = (seconds, what) => { now += seconds * 1000; what?.(); read.push(clock.read() / 1000); };
              clock.start(5000);
              step(10); step(20, () => clock.mark()); step(300); step(0, () => clock.mark()); step(5, () => clock.pause()); step(100); step(0, () => clock.mark()); step(1);
              return read;
            }
            """);

        Assert.Equal([15, 35, 95, 95, 100, 100, 100, 101], read.EnumerateArray().Select(value => value.GetInt32()));
    }

    // The grade as it stood on the annotator's screen, from left to right.
    private static string OnScreen(Judgment judgment) =>
        Verdicts.Grade(judgment.Verdict) is { } grade && judgment.OrderShown == ShownOrder.BA ? FormattableString.Invariant($"{8 - grade}") : judgment.Verdict!;
}

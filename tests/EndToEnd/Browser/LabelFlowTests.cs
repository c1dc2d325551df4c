using Alignment.Pipeline.Labeling;
using Alignment.Pipeline.Storage;
using Alignment.Shared.Preferences;
using Microsoft.EntityFrameworkCore;
using Microsoft.Playwright;

namespace Alignment.EndToEnd.Tests.Browser;

/// <summary>What an annotator does in a sitting: decides, comments, flags, takes back, looks closer, changes its mind.</summary>
[Collection(nameof(LabelingBench))]
public sealed class LabelFlowTests(LabelingBench bench)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task NextItem_IsThereBeforeTheServerAnswers()
    {
        await using Visitor annotator = await bench.LabelAsync(await bench.PairsAsync(6));
        IPage page = annotator.Page;
        await page.HoldsAsync(4);
        double frames = await page.EvaluateAsync<double>("""
            async () => {
              const before = document.querySelector("#items > article:not([hidden])").dataset.token;
              document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key: "1", code: "Digit1", bubbles: true, cancelable: true }));
              const after = document.querySelector("#items > article:not([hidden])");
              return after !== null && after.dataset.token !== before && after.textContent.includes("question") ? 0 : 1;
            }
            """);

        Assert.Equal(0, frames);
    }

    [Fact]
    public async Task Undo_ByKeyOrToast_BringsTheItemBack_AndTheLastWordCounts()
    {
        string project = await bench.PairsAsync(3);
        await using Visitor annotator = await bench.LabelAsync(project);
        IPage page = annotator.Page;
        string first = await page.TokenAsync();
        await page.PressAsync("1");
        await page.PressAsync("2");
        await page.Keyboard.PressAsync("z");
        await page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).Last.ClickAsync();
        await Assertions.Expect(page.Item()).ToHaveAttributeAsync("data-token", first);
        await page.PressAsync("7");
        await page.SentAsync();

        IReadOnlyList<Judgment> said = await bench.SaidAsync(project);
        Assert.Equal(5, said.Count);
        Judgment last = said[^1];
        Assert.Equal(("7", said[0].ItemId), (last.OrderShown == ShownOrder.BA ? FormattableString.Invariant($"{8 - int.Parse(last.Verdict!, System.Globalization.CultureInfo.InvariantCulture)}") : last.Verdict, last.ItemId));
        await using AlignmentDb db = await bench.DbAsync();
        Assert.Equal(1, await db.Items.Where(item => item.Project!.Name == project).SumAsync(item => item.PlacesTaken, Stop));
    }

    [Fact]
    public async Task Undo_AfterAReload_BringsTheItemBack()
    {
        string project = await bench.PairsAsync(6);
        await using Visitor annotator = await bench.LabelAsync(project);
        IPage page = annotator.Page;
        string first = await page.TokenAsync();
        await page.PressAsync("1");
        await page.SentAsync();
        await page.ReloadAsync();
        await annotator.ReadyAsync();
        await page.HoldsAsync(4);
        await page.Keyboard.PressAsync("z");

        await Assertions.Expect(page.Item()).ToHaveAttributeAsync("data-token", first);
        Assert.Equal(2, (await bench.SaidAsync(project)).Count);
    }

    [Fact]
    public async Task Comment_IsKeptOverAReload_AndGoesWithTheVerdict()
    {
        string project = await bench.PairsAsync(2);
        await using Visitor annotator = await bench.LabelAsync(project);
        IPage page = annotator.Page;
        await page.Keyboard.PressAsync("c");
        await page.Keyboard.TypeAsync("both are short");
        await page.Keyboard.PressAsync("Control+Enter");
        await page.ReloadAsync();
        await annotator.ReadyAsync();
        await Assertions.Expect(page.Locator("#comment-chip")).ToHaveTextAsync("Comment: both are short");
        await page.PressAsync("4");
        await Assertions.Expect(page.Locator("#comment-chip")).ToBeHiddenAsync();
        await page.PressAsync("4");
        await page.SentAsync();

        Assert.Equal(["both are short", null], (await bench.SaidAsync(project)).Select(judgment => judgment.Comment));
    }

    [Fact]
    public async Task Flag_NeedsAComment_AndSkipNeedsNone()
    {
        string project = await bench.PairsAsync(2);
        await using Visitor annotator = await bench.LabelAsync(project);
        IPage page = annotator.Page;
        string token = await page.TokenAsync();
        await page.Keyboard.PressAsync("f");
        await page.Keyboard.PressAsync("Control+Enter");
        await Assertions.Expect(page.GetByText("Say what is wrong with it.")).ToBeVisibleAsync();
        await page.Keyboard.TypeAsync("cut off");
        await page.GetByRole(AriaRole.Button, new() { Name = "Flag the item" }).ClickAsync();
        await page.PassedAsync(token);
        await page.PressAsync("s");
        await page.SentAsync();

        Assert.Equal([(Verdicts.Flag, "cut off"), (Verdicts.Skip, null)], (await bench.SaidAsync(project)).Select(judgment => (judgment.Verdict!, judgment.Comment)));
        await Assertions.Expect(page.State()).ToContainTextAsync("Nothing is open");
    }

    [Fact]
    public async Task DoubleClick_JudgesOneItem()
    {
        string project = await bench.PairsAsync(3);
        await using Visitor annotator = await bench.LabelAsync(project);
        string token = await annotator.Page.TokenAsync();
        await annotator.Page.GetByRole(AriaRole.Button, new() { Name = "Tie" }).DblClickAsync();
        await annotator.Page.PassedAsync(token);
        await annotator.Page.SentAsync();

        Assert.Single(await bench.SaidAsync(project));
    }

    [Fact]
    public async Task Phone_StacksTheAnswers_SaysUpperAndLower_AndIsLabeledByThumb()
    {
        string project = await bench.PairsAsync(3);
        await using Visitor annotator = await bench.LabelAsync(project, options: new() { ViewportSize = new() { Width = 390, Height = 800 }, HasTouch = true, IsMobile = true });
        IPage page = annotator.Page;
        ILocator upper = page.Item().Locator(".answer").First, lower = page.Item().Locator(".answer").Last;
        Assert.True((await upper.BoundingBoxAsync())!.Y + (await upper.BoundingBoxAsync())!.Height <= (await lower.BoundingBoxAsync())!.Y);
        await Assertions.Expect(page.Item().GetByText("Upper")).ToBeVisibleAsync();
        foreach (ILocator button in await page.Locator(".bar-of-keys button").AllAsync())
        {
            LocatorBoundingBoxResult box = (await button.BoundingBoxAsync())!;
            Assert.True(box.Width >= 44 && box.Height >= 44 && box.X >= 0 && box.X + box.Width <= 390, $"a button of {box.Width} x {box.Height} at {box.X}");
        }

        Assert.True(await page.EvaluateAsync<bool>("() => document.documentElement.scrollWidth <= innerWidth"), "the page is wider than the screen");
        string token = await page.TokenAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Upper much better" }).TapAsync();
        await page.PassedAsync(token);
        await Assertions.Expect(page.Locator("#toast-text")).ToHaveTextAsync("Upper much better.");
        await page.SentAsync();
        Judgment said = Assert.Single(await bench.SaidAsync(project));
        Assert.Equal(said.OrderShown == ShownOrder.AB ? "1" : "7", said.Verdict);
    }

    [Fact]
    public async Task RawTextAndDifference_AreShownAndLeft()
    {
        string project = await bench.ProjectAsync("""{"prompt": "q", "answers": ["the **same** words", "the **other** words"]}""");
        await using Visitor annotator = await bench.LabelAsync(project);
        ILocator texts = annotator.Page.Item().Locator(".answer > .text");
        await Assertions.Expect(texts.Locator("strong")).ToHaveCountAsync(2);
        await annotator.Page.Keyboard.PressAsync("r");
        await Assertions.Expect(texts.First).ToContainTextAsync("**");
        await annotator.Page.Keyboard.PressAsync("d");
        await Assertions.Expect(texts.Locator("ins, del")).ToHaveCountAsync(2);
        Assert.Equal(["other", "same"], (await texts.Locator("ins, del").AllInnerTextsAsync()).Order());
        await annotator.Page.Keyboard.PressAsync("d");

        await Assertions.Expect(texts.Locator("strong")).ToHaveCountAsync(2);
    }

    [Fact]
    public async Task WarningAndGuidelines_ComeBeforeTheFirstItem_AndAreRemembered()
    {
        string project = await bench.PairsAsync(2);
        await using (AlignmentDb db = await bench.DbAsync())
        {
            await db.Projects.Where(row => row.Name == project).ExecuteUpdateAsync(
                change => change.SetProperty(row => row.ContentWarning, "Rude words ahead.").SetProperty(row => row.Guidelines, "Prefer **short** answers."), Stop);
        }

        await using Visitor annotator = await bench.AnnotatorAsync();
        IPage page = annotator.Page;
        await annotator.GoAsync($"label/{project}/pairs");
        await Assertions.Expect(page.GetByText("Rude words ahead.")).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("1");
        await page.Keyboard.PressAsync("Escape");
        await page.HoldsAsync(0);
        await page.GetByRole(AriaRole.Button, new() { Name = "I understand" }).ClickAsync();
        await Assertions.Expect(page.Item()).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("g");
        await Assertions.Expect(page.GetByText("Prefer short answers.")).ToBeVisibleAsync();
        await page.ReloadAsync();

        await Assertions.Expect(page.Item()).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByText("Rude words ahead.")).ToBeHiddenAsync();
        await Assertions.Expect(page.GetByText("Prefer short answers.")).ToBeVisibleAsync();
        await page.PressAsync("1");
        await page.SentAsync();
        Assert.Single(await bench.SaidAsync(project));
    }

    [Fact]
    public async Task MyJudgments_ChangesTheLastOne()
    {
        string project = await bench.PairsAsync(1);
        await using Visitor annotator = await bench.LabelAsync(project);
        IPage page = annotator.Page;
        await page.PressAsync("4");
        await page.SentAsync();
        await annotator.GoAsync("my-judgments");
        await page.GetByRole(AriaRole.Link, new() { Name = "Change: Tie" }).First.ClickAsync();
        await page.GetByLabel("Right much better").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Change it" }).ClickAsync();

        await Assertions.Expect(page.GetByText("The judgment is changed.")).ToBeVisibleAsync();
        IReadOnlyList<Judgment> said = await bench.SaidAsync(project);
        Assert.Equal(("4", said[0].OrderShown == ShownOrder.AB ? "7" : "1", said[0].Id), (said[0].Verdict, said[1].Verdict, said[1].RevisesId));
        annotator.AssertNothingWrong();
    }

    [Fact]
    public async Task LongConversation_FoldsItsBeginningAndLongTurns()
    {
        string turns = string.Join(',', Enumerable.Range(0, 7).Select(turn => FormattableString.Invariant($$"""{"role": "{{(turn % 2 == 0 ? "user" : "assistant")}}", "content": "turn {{turn}} {{(turn == 6 ? string.Concat(Enumerable.Repeat("many words ", 300)) : "")}}"}""")));
        string project = await bench.ProjectAsync($$"""{"prompt": [{{turns}}], "answers": ["a", "b"]}""");
        await using Visitor annotator = await bench.LabelAsync(project);
        IPage page = annotator.Page;
        await Assertions.Expect(page.GetByText("turn 0")).ToBeHiddenAsync();
        await page.GetByText("earlier turns").ClickAsync();
        await Assertions.Expect(page.GetByText("turn 0")).ToBeVisibleAsync();
        ILocator last = page.Locator(".turn.long .text");
        float folded = (await last.BoundingBoxAsync())!.Height;
        await page.GetByRole(AriaRole.Button, new() { Name = "Show all" }).ClickAsync();

        Assert.True((await last.BoundingBoxAsync())!.Height > folded);
    }
}

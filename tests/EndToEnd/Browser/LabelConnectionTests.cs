using Alignment.Pipeline.Labeling;
using Alignment.Pipeline.Labeling.Next;
using Alignment.Pipeline.Labeling.Submit;
using Alignment.Shared.Preferences;
using Microsoft.Playwright;

namespace Alignment.EndToEnd.Tests.Browser;

/// <summary>Connections that go, leases that go, tabs that meet: nothing is lost, nothing counts twice, and the page says so.</summary>
[Collection(nameof(LabelingBench))]
public sealed class LabelConnectionTests(LabelingBench bench)
{
    [Fact]
    public async Task Offline_ThreePresses_AreSentAfterAReload_OnceEach()
    {
        string project = await bench.PairsAsync(8);
        await using Visitor annotator = await bench.LabelAsync(project);
        IPage page = annotator.Page;
        await page.HoldsAsync(4);
        await annotator.Context.SetOfflineAsync(true);
        foreach (string key in (string[])["1", "2", "3"])
        {
            await page.PressAsync(key);
        }

        await page.KeptAsync(3);
        await Assertions.Expect(page.Locator("#connection")).ToContainTextAsync("3 presses are kept");
        Assert.Empty(await bench.SaidAsync(project));
        await Assert.ThrowsAsync<PlaywrightException>(() => page.ReloadAsync());
        await annotator.Context.SetOfflineAsync(false);
        await annotator.GoAsync($"label/{project}/pairs");
        await page.SentAsync();
        await Assertions.Expect(page.Item()).ToBeVisibleAsync();

        IReadOnlyList<Judgment> said = await bench.SaidAsync(project);
        Assert.Equal(["1", "2", "3"], said.Select(judgment => judgment.OrderShown == ShownOrder.BA ? FormattableString.Invariant($"{8 - Verdicts.Grade(judgment.Verdict)}") : judgment.Verdict));
        Assert.Equal(3, said.Select(judgment => judgment.ItemId).Distinct().Count());
        await page.ReloadAsync();
        await annotator.ReadyAsync();
        await page.SentAsync();
        Assert.Equal(3, (await bench.SaidAsync(project)).Count);
    }

    [Fact]
    public async Task Offline_UndoAndFlag_AreSentInOrderWhenTheConnectionIsBack()
    {
        string project = await bench.PairsAsync(4);
        await using Visitor annotator = await bench.LabelAsync(project);
        IPage page = annotator.Page;
        await page.HoldsAsync(4);
        await annotator.Context.SetOfflineAsync(true);
        string token = await page.TokenAsync();
        await page.PressAsync("1");
        await page.Keyboard.PressAsync("z");
        await Assertions.Expect(page.Item()).ToHaveAttributeAsync("data-token", token);
        await page.PressAsync("b");
        await page.PressAsync("4");
        await page.PressAsync("4");
        await page.PressAsync("s");
        await Assertions.Expect(page.State()).ToContainTextAsync("No connection");
        await annotator.Context.SetOfflineAsync(false);
        await page.SentAsync();

        Assert.Equal(6, (await bench.SaidAsync(project)).Count);
        Assert.Equal([Verdicts.BothBad, "4", "4", Verdicts.Skip], CurrentJudgments.Of(await bench.SaidAsync(project)).OrderBy(judgment => judgment.Id).Select(judgment => judgment.Verdict));
        await Assertions.Expect(page.Locator("#connection")).ToBeHiddenAsync();
        await Assertions.Expect(page.State()).ToContainTextAsync("All done");
    }

    [Fact]
    public async Task AnswerThatGetsLost_IsSentAgain_AndStoredOnce()
    {
        string project = await bench.PairsAsync(3);
        await using Visitor annotator = await bench.LabelAsync(project);
        IPage page = annotator.Page;
        bool lost = false;
        await page.RouteAsync("**/api/label/judgments", async route =>
        {
            if (lost)
            {
                await route.ContinueAsync();
                return;
            }

            lost = true;
            await route.FetchAsync();
            await route.AbortAsync();
        });
        await page.PressAsync("2");
        await page.SentAsync();

        Assert.True(lost);
        Assert.Single(await bench.SaidAsync(project));
    }

    [Fact]
    public async Task SignedOut_KeepsThePresses_AndSendsThemAfterSigningInElsewhere()
    {
        string project = await bench.PairsAsync(5);
        await using Visitor annotator = await bench.LabelAsync(project);
        IPage page = annotator.Page;
        await page.HoldsAsync(4);
        IReadOnlyList<BrowserContextCookiesResult> cookies = await annotator.Context.CookiesAsync();
        await annotator.Context.ClearCookiesAsync();
        await page.PressAsync("1");
        await page.PressAsync("2");
        await Assertions.Expect(page.Locator("#connection")).ToContainTextAsync("You are signed out. 2 presses are kept");
        await Assertions.Expect(page.Locator("#connection a")).ToHaveAttributeAsync("href", $"sign-in?back=%2Flabel%2F{project}%2Fpairs");
        await annotator.Context.AddCookiesAsync(cookies.Select(cookie => new Cookie { Name = cookie.Name, Value = cookie.Value, Domain = cookie.Domain, Path = cookie.Path, Expires = cookie.Expires }));
        await page.SentAsync();

        Assert.Equal(2, (await bench.SaidAsync(project)).Count);
    }

    [Fact]
    public async Task LostLease_IsSaid_AndTheNextItemIsOneButtonAway()
    {
        string project = await bench.PairsAsync(5);
        await using Visitor annotator = await bench.LabelAsync(project);
        IPage page = annotator.Page;
        await page.HoldsAsync(4);
        await bench.EndLeasesAsync(project);
        LeasedItem[] taken = [.. (await bench.OthersTakeAsync(project, "somebody-else")).Take(5)];
        Assert.Equal(5, taken.Length);
        await page.EvaluateAsync("() => { const now = Date.now; Date.now = () => now() + 300000; dispatchEvent(new Event('pointermove')); }");
        await Assertions.Expect(page.State()).ToContainTextAsync("This item went to somebody else");
        await page.Keyboard.PressAsync("1");
        await bench.EndLeasesAsync(project);
        await page.GetByRole(AriaRole.Button, new() { Name = "Next item" }).ClickAsync();
        await Assertions.Expect(page.Item()).ToBeVisibleAsync();

        await page.SentAsync();
        Assert.Empty(await bench.SaidAsync(project));
    }

    [Fact]
    public async Task LatePress_IsKeptAsSurplus_AndSaid()
    {
        string project = await bench.PairsAsync(1);
        await using Visitor annotator = await bench.LabelAsync(project);
        await bench.EndLeasesAsync(project);
        LeasedItem other = Assert.Single(await bench.OthersTakeAsync(project, "quicker"));
        await bench.SendAsync(new SubmitJudgment("quicker", other.Token, "k", "1"));
        await annotator.Page.PressAsync("1");
        await Assertions.Expect(annotator.Page.Locator("#toast-text")).ToContainTextAsync("surplus");

        Assert.Equal([false, true], (await bench.SaidAsync(project)).Select(judgment => judgment.Surplus));
    }

    [Fact]
    public async Task EmptyQueue_SaysWhyAndWhereToGoOn()
    {
        string done = await bench.PairsAsync(1), singles = await bench.ProjectAsync("""{"prompt": "rate", "answers": ["one"]}"""), held = await bench.PairsAsync(2);
        await bench.OthersTakeAsync(held, "busy-one");
        await using Visitor annotator = await bench.LabelAsync(done);
        IPage page = annotator.Page;
        await page.PressAsync("1");
        await Assertions.Expect(page.State()).ToContainTextAsync("All done");
        await annotator.GoAsync($"label/{singles}/pairs");
        await page.State().GetByRole(AriaRole.Link, new() { Name = "Label single answers" }).ClickAsync();
        await Assertions.Expect(page.Item()).ToContainTextAsync("one");
        await annotator.GoAsync($"label/{held}/pairs");

        await Assertions.Expect(page.State()).ToContainTextAsync("The last 2 items are with other people right now");
        annotator.AssertNothingWrong();
    }

    [Fact]
    public async Task TwoTabs_OneLabelsAndTheOtherWaits()
    {
        string project = await bench.PairsAsync(6);
        await using Visitor annotator = await bench.LabelAsync(project);
        IPage first = annotator.Page, second = await annotator.Context.NewPageAsync();
        await annotator.Context.SetOfflineAsync(true);
        await first.PressAsync("1");
        await first.KeptAsync(1);
        await annotator.Context.SetOfflineAsync(false);
        await second.GotoAsync(first.Url);
        await Assertions.Expect(second.Item()).ToBeVisibleAsync();
        await Assertions.Expect(first.State()).ToContainTextAsync("another tab");
        await first.Keyboard.PressAsync("1");
        await second.PressAsync("2");
        await second.SentAsync();
        await first.GetByRole(AriaRole.Button, new() { Name = "Go on here" }).ClickAsync();
        await Assertions.Expect(first.Item()).ToBeVisibleAsync();
        await Assertions.Expect(second.State()).ToContainTextAsync("another tab");
        await first.PressAsync("3");
        await first.SentAsync();

        IReadOnlyList<Judgment> said = await bench.SaidAsync(project);
        Assert.Equal(3, said.Count);
        Assert.Equal(3, said.Select(judgment => judgment.ItemId).Distinct().Count());
    }

    [Fact]
    public async Task KeptPresses_AreSentFromTheStartPageToo()
    {
        string project = await bench.PairsAsync(4);
        await using Visitor annotator = await bench.LabelAsync(project);
        await annotator.Page.HoldsAsync(4);
        await annotator.Page.RouteAsync("**/api/label/judgments", route => route.Request.Headers["referer"].Contains("/label/", StringComparison.Ordinal) ? route.AbortAsync() : route.ContinueAsync());
        await annotator.Page.PressAsync("1");
        await annotator.Page.KeptAsync(1);
        await annotator.GoAsync("");
        await Assertions.Expect(annotator.Page.Locator("#kept")).ToHaveTextAsync("1 press kept in this browser was sent.");

        Assert.Single(await bench.SaidAsync(project));
    }
}

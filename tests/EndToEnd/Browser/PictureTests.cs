using System.Text.Json.Nodes;
using Alignment.Goldens;
using Alignment.Shared.Preferences;
using Alignment.Shared.Rules;
using Microsoft.Playwright;
using Program = Alignment.Processes.Program;

namespace Alignment.EndToEnd.Tests.Browser;

/// <summary>
/// The whole way, clicking and pressing keys as a person would, with the real trainer: sign in with the printed link, label,
/// freeze, train, watch, ask both models, send their answers back to label. The model that comes out is better by its rule.
/// </summary>
public sealed class PictureTests
{
    private const int Labeled = 12;
    private const string LeftBetter = "2", Tie = "4", RightBetter = "6";
    private static readonly LocatorAssertionsToBeVisibleOptions Soon = new() { Timeout = 60_000 };
    private static readonly LocatorAssertionsToContainTextOptions Answered = new() { Timeout = 60_000 };

    [Fact]
    public async Task Newcomer_Labels_Freezes_Trains_Compares_AndSendsTheAnswersBack()
    {
        await using WebApp app = await WebApp.StartAsync();
        await using Visitor visitor = await Visitor.FirstAdminAsync(app);
        IPage page = visitor.Page;

        await page.GetByRole(AriaRole.Link, new() { Name = "Label pairs" }).First.ClickAsync();
        await page.WaitForURLAsync("**/label/demo/pairs");
        for (int i = 0; i < Labeled; i++)
        {
            await Assertions.Expect(page.Item()).ToBeVisibleAsync();
            await page.PressAsync(await VerdictAsync(page));
        }

        await page.SentAsync();
        await visitor.GoAsync("projects/demo");
        await Assertions.Expect(page.GetByText($"{Labeled} of 60 places are filled")).ToBeVisibleAsync();
        await page.GetByLabel("Id empty").FillAsync("first-labels");
        await page.GetByRole(AriaRole.Button, new() { Name = "Preview", Exact = true }).ClickAsync();
        await Assertions.Expect(page.GetByText("Will be kept: ")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Freeze dataset" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "first-labels" }).First.ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Start a run with it" }).ClickAsync();

        ILocator start = page.GetByRole(AriaRole.Button, new() { Name = "Start DPO run" });
        await Assertions.Expect(start).ToBeEnabledAsync(new() { Timeout = 60_000 });
        await start.ClickAsync();
        await page.WaitForURLAsync("**/runs/dpo-*");
        string run = page.Url.Split('/')[^1];
        foreach (string chart in new[] { "Loss", "Rewards", "Reward accuracy" })
        {
            ILocator figure = page.GetByRole(AriaRole.Figure).Filter(new() { Has = page.GetByRole(AriaRole.Heading, new() { Name = chart, Exact = true }) }).First;
            await figure.ScrollIntoViewIfNeededAsync(new() { Timeout = 60_000 });
            await Assertions.Expect(figure.Locator("canvas")).ToBeVisibleAsync(Soon);
        }

        await Assertions.Expect(page.Locator(".head .state")).ToHaveTextAsync("completed", new() { Timeout = 300_000 });
        await AskBothAsync(page, run);
        visitor.AssertNothingWrong();
        Assert.True(Accepted(app, run) >= 0.8, "the rule accepts less than 80 % of the trained model's answers");
    }

    // What the sample's rule says of the two answers that the page shows.
    private static async Task<string> VerdictAsync(IPage page)
    {
        string prompt = (await page.Item().Locator(".turn > .text").Last.InnerTextAsync()).Trim();
        IReadOnlyList<string> answers = await page.Item().Locator(".answer > .text").AllInnerTextsAsync();
        double[] scores = [.. answers.Select(answer => Rules.Find("demo").Score([new Message("user", prompt)], answer.Trim()))];
        return scores[0] > scores[1] ? LeftBetter : scores[0] < scores[1] ? RightBetter : Tie;
    }

    // The link leads from the run to both models; their answers to one prompt become an item, which is open to label.
    private static async Task AskBothAsync(IPage page, string run)
    {
        await page.GetByRole(AriaRole.Link, new() { Name = "Try it" }).First.ClickAsync();
        await page.WaitForURLAsync("**/try?model=*");
        await page.GetByLabel("Prompt", new() { Exact = true }).FillAsync(JsonNode.Parse(File.ReadLines(Prompts).First())!["prompt"]!.GetValue<string>());
        await page.GetByLabel("Prompt", new() { Exact = true }).PressAsync("Control+Enter");
        foreach (string model in new[] { "demo", run })
        {
            await Assertions.Expect(page.GetByRole(AriaRole.Region, new() { Name = $"Answer of {model}" }).GetByRole(AriaRole.Status)).ToContainTextAsync("Finished", Answered);
        }

        await page.GetByLabel("Project").First.FillAsync("second-round");
        await page.GetByRole(AriaRole.Button, new() { Name = "Send these answers to label" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Label in second-round" }).ClickAsync();
        await page.WaitForURLAsync("**/label/second-round/**");
        await Assertions.Expect(page.Item()).ToBeVisibleAsync();
    }

    private static string Prompts => Path.Combine(GoldenData.Repository, "data", "demo", "eval-prompts.jsonl");

    private static double Accepted(WebApp app, string run)
    {
        string answers = Path.Combine(app.DataDir, "answers.jsonl");
        Program.Align.Run(["generate", run, "--prompts", Prompts, "--greedy", "--max-tokens", "80", "--out", answers, "--data-dir", app.DataDir]).Expect();
        JsonNode scores = JsonNode.Parse(Program.Pipeline.Run(["score-answers", answers, "--rule", "demo", "--json"]).Expect().Output)!;
        Assert.Equal(100, scores["answers"]!.GetValue<int>());
        return scores["accepted_share"]!.GetValue<double>();
    }
}

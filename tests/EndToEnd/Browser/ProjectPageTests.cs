using System.Text.Json;
using Microsoft.Playwright;

namespace Alignment.EndToEnd.Tests.Browser;

/// <summary>The pages of a project: its settings, its items, a dataset of it.</summary>
public sealed class ProjectPageTests
{
    [Fact]
    public async Task Engineer_SetsOverlapAndGuidelines_FreezesWithPreview_AndLooksAtTheDataset()
    {
        await using WebApp app = await WebApp.StartAsync();
        await using Visitor engineer = await Visitor.FirstAdminAsync(app);
        IPage page = engineer.Page;
        await engineer.GoAsync("projects");
        await page.GetByRole(AriaRole.Link, new() { Name = "demo", Exact = true }).ClickAsync();
        await Assertions.Expect(page.GetByText("0 of 60 places are filled")).ToBeVisibleAsync();

        await page.GetByLabel("People per item").FillAsync("3");
        await Assertions.Expect(page.Locator("#overlap-change")).ToContainTextAsync("180 judgments are left to do");
        await page.GetByLabel("Guidelines for annotators").FillAsync("# Be kind");
        await page.GetByLabel("Content warning").FillAsync("Rude words");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Assertions.Expect(page.GetByText("0 of 180 places are filled")).ToBeVisibleAsync();
        await engineer.GoAsync("projects/demo");
        await Assertions.Expect(page.GetByLabel("Guidelines for annotators")).ToHaveValueAsync("# Be kind");
        await Assertions.Expect(page.GetByLabel("Content warning")).ToHaveValueAsync("Rude words");

        ILocator freeze = page.GetByRole(AriaRole.Button, new() { Name = "Freeze dataset" });
        await Assertions.Expect(freeze).ToBeDisabledAsync();
        await page.GetByLabel("Id empty").FillAsync("demo-pairs");
        await page.GetByRole(AriaRole.Button, new() { Name = "Preview", Exact = true }).ClickAsync();
        await Assertions.Expect(page.GetByText("Will be kept: ")).ToContainTextAsync("30 items");
        await Assertions.Expect(page.GetByText("no opinion yet")).ToBeVisibleAsync();
        await freeze.ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "demo-pairs" }).First.ClickAsync();

        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Dataset demo-pairs" })).ToBeVisibleAsync();
        using var manifest = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(app.DataDir, "snapshots", "demo-pairs", "manifest.json"), TestContext.Current.CancellationToken));
        foreach (JsonElement file in manifest.RootElement.GetProperty("files").EnumerateArray())
        {
            await Assertions.Expect(page.GetByText(file.GetProperty("sha256").GetString()!)).ToBeVisibleAsync();
        }

        await Assertions.Expect(page.GetByRole(AriaRole.Link, new() { Name = "Start a run with it" })).ToHaveAttributeAsync("href", "runs/new?data=demo-pairs");
        IDownload download = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Link, new() { Name = "Download all" }).ClickAsync());
        Assert.Equal("demo-pairs.zip", download.SuggestedFilename);
        engineer.AssertNothingWrong();
    }

    [Fact]
    public async Task Items_AreFoundByKindAndText_PageByPage()
    {
        await using WebApp app = await WebApp.StartAsync();
        await using Visitor engineer = await Visitor.FirstAdminAsync(app);
        IPage page = engineer.Page;
        await engineer.GoAsync("projects/demo/items");
        await Assertions.Expect(page.GetByText("660 items, 1 to 50 here")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Next page" }).ClickAsync();
        await Assertions.Expect(page.GetByText("660 items, 51 to 100 here")).ToBeVisibleAsync();
        await page.GetByLabel("Kind").SelectOptionAsync("Single");
        await page.GetByLabel("Judgments").SelectOptionAsync("False");
        await page.GetByRole(AriaRole.Button, new() { Name = "Find" }).ClickAsync();
        await Assertions.Expect(page.GetByText("30 items, 1 to 30 here")).ToBeVisibleAsync();
        await page.GetByLabel("Contains").FillAsync("no such words as these");
        await page.GetByRole(AriaRole.Button, new() { Name = "Find" }).ClickAsync();
        await Assertions.Expect(page.GetByText("0 items")).ToBeVisibleAsync();
        engineer.AssertNothingWrong();
    }

    [Fact]
    public async Task HostileTexts_RunNothing_OnAnyPageAboutData()
    {
        await using WebApp app = await WebApp.StartAsync(null, "--no-sample");
        await using Visitor engineer = await Visitor.FirstAdminAsync(app);
        IPage page = engineer.Page;
        string[] hostile =
        [
            "<script>document.title='owned'</script>",
            "<img src=https://evil.example/x.png onerror=\"document.title='owned'\">",
            "![x](https://evil.example/y.png) [click](javascript:document.title='owned')",
            "<svg onload=\"document.title='owned'\"><use href=\"https://evil.example/z.svg#a\"/></svg>",
            "```html\n<iframe srcdoc=\"<script>parent.document.title='owned'</script>\"></iframe>\n```",
            "\u202Eright to left \u2066 and more",
            new('w', 50_000),
            string.Concat(Enumerable.Repeat("a million characters ", 50_000)),
        ];
        string file = Path.Combine(app.DataDir, "hostile.jsonl");
        await File.WriteAllLinesAsync(file, hostile.Select(text => JsonSerializer.Serialize(new { prompt = text, chosen = text + " good", rejected = text, source = text[..Math.Min(150, text.Length)] })), TestContext.Current.CancellationToken);

        await engineer.GoAsync("import");
        await page.GetByLabel("File", new() { Exact = true }).SetInputFilesAsync(file);
        await Assertions.Expect(page.GetByText("Line 8, read as preference rows")).ToBeVisibleAsync();
        await CheckAsync(page);
        await page.GetByLabel("Project a new name").FillAsync("hostile");
        await page.GetByRole(AriaRole.Button, new() { Name = "Import hostile.jsonl" }).ClickAsync();
        await Assertions.Expect(page.GetByText("8 rows: 8 imported")).ToBeVisibleAsync();

        await engineer.GoAsync("projects/hostile/items");
        await Assertions.Expect(page.GetByText("8 items, 1 to 8 here")).ToBeVisibleAsync();
        await CheckAsync(page);
        string[] items = [.. await page.Locator("table a").AllInnerTextsAsync()];
        Assert.Equal(8, items.Length);
        foreach (string item in items)
        {
            await engineer.GoAsync($"items/{item}");
            await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Answer B" })).ToBeVisibleAsync();
            await CheckAsync(page);
        }

        await engineer.GoAsync("projects/hostile");
        await page.GetByRole(AriaRole.Button, new() { Name = "Preview", Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Freeze dataset" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "hostile-" }).First.ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "First rows" })).ToBeVisibleAsync();
        await CheckAsync(page);
        engineer.AssertNothingWrong();
    }

    // Nothing ran, nothing of the texts became an element, and the page is no wider than the window.
    private static async Task CheckAsync(IPage page)
    {
        Assert.DoesNotContain("owned", await page.TitleAsync());
        Assert.Equal(0, await page.Locator("main :is(script, iframe, img, svg:not(.mud-icon-root), [onerror], [onload], a[href^='javascript'])").CountAsync());
        Assert.True(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"), "the page is wider than the window");
    }
}

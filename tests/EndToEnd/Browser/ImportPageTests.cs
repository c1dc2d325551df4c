using Microsoft.Playwright;

namespace Alignment.EndToEnd.Tests.Browser;

/// <summary>A file into a project, clicked as a person would.</summary>
public sealed class ImportPageTests
{
    private static readonly string[] Rows =
    [
        """{"prompt": "What is a tree?", "chosen": "A plant.", "rejected": "A fish."}""",
        """{"prompt": "No answer to this", "chosen": "One."}""",
        """{"prompt": "Again", "answers": ["one", "two", "three", "four"]}""",
        "not json",
    ];

    [Fact]
    public async Task File_WithBadRows_IsPreviewedImportedAndReported()
    {
        await using WebApp app = await WebApp.StartAsync(null, "--no-sample", "--max-upload", "1");
        await using Visitor engineer = await Visitor.FirstAdminAsync(app);
        string file = Path.Combine(app.DataDir, "mixed.jsonl");
        await File.WriteAllLinesAsync(file, Rows, TestContext.Current.CancellationToken);
        IPage page = engineer.Page;
        await engineer.GoAsync("import");
        await page.GetByLabel("File", new() { Exact = true }).SetInputFilesAsync(file);

        await Assertions.Expect(page.GetByText("Line 2 will be refused")).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByText("Line 1, read as preference rows")).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByText("Line 3, read as a prompt with candidate answers: 2 items")).ToBeVisibleAsync();
        await page.GetByLabel("A prompt with several answers becomes").SelectOptionAsync("None");
        await Assertions.Expect(page.GetByText("candidate answers: 4 items")).ToBeVisibleAsync();
        await page.GetByLabel("Project a new name").FillAsync("trees");
        await page.GetByRole(AriaRole.Button, new() { Name = "Import mixed.jsonl" }).ClickAsync();

        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "mixed.jsonl is imported into trees" })).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByText("4 rows: 2 imported, 0 already there, 2 rejected.")).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByText("no_json")).ToBeVisibleAsync();
        IDownload download = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Link, new() { Name = "CSV" }).ClickAsync());
        string[] lines = await File.ReadAllLinesAsync((await download.PathAsync())!, TestContext.Current.CancellationToken);
        Assert.Equal("mixed.bad-rows.csv", download.SuggestedFilename);
        Assert.Equal(["line,code,reason", "2,missing,\"'rejected' is missing\""], lines[..2]);
        Assert.StartsWith("4,no_json,", lines[2]);
        Assert.DoesNotContain(Directory.EnumerateFiles(Path.Combine(app.DataDir, "cache", "uploads")), path => !path.EndsWith(".bad.jsonl", StringComparison.Ordinal));

        await page.GetByRole(AriaRole.Link, new() { Name = "Open project trees" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Project trees" })).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByText("0 of 4 places are filled")).ToBeVisibleAsync();
        engineer.AssertNothingWrong();
    }

    [Fact]
    public async Task File_ThatIsLeftOrTooLarge_IsNotKept()
    {
        await using WebApp app = await WebApp.StartAsync(null, "--no-sample", "--max-upload", "1");
        await using Visitor engineer = await Visitor.FirstAdminAsync(app);
        string small = Path.Combine(app.DataDir, "small.jsonl"), large = Path.Combine(app.DataDir, "large.jsonl");
        await File.WriteAllLinesAsync(small, Rows, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(large, new string('x', (1 << 20) + 1), TestContext.Current.CancellationToken);
        IPage page = engineer.Page;
        await engineer.GoAsync("import");
        await page.GetByLabel("File", new() { Exact = true }).SetInputFilesAsync(large);
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("large.jsonl is larger than 1 MiB");

        await page.GetByLabel("File", new() { Exact = true }).SetInputFilesAsync(small);
        await Assertions.Expect(page.GetByText("Line 2 will be refused")).ToBeVisibleAsync();
        string folder = Path.Combine(app.DataDir, "cache", "uploads");
        Assert.Single(Directory.EnumerateFiles(folder));
        await page.GetByRole(AriaRole.Link, new() { Name = "Datasets" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Datasets" })).ToBeVisibleAsync();
        Assert.Empty(Directory.EnumerateFiles(folder));
        engineer.AssertNothingWrong();
    }
}

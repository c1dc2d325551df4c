using System.Globalization;
using Alignment.Shared.Runs;
using Microsoft.Playwright;

namespace Alignment.EndToEnd.Tests.Browser;

/// <summary>The real <c>align serve</c> behind the Try page.</summary>
public sealed class TryTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task TwoModels_AnswerSideBySide_AndTheAnswersBecomeAPairToLabel()
    {
        await using WebApp app = await WebApp.StartAsync();
        string template = Path.Combine(CopyModel(app, "zebra"), "chat_template.jinja");
        await File.WriteAllTextAsync(template, (await File.ReadAllTextAsync(template, Stop)).Replace("message['content']", "message['content'] + ' Name a tree.'", StringComparison.Ordinal), Stop);
        await using Visitor visitor = await Visitor.FirstAdminAsync(app);
        await visitor.GoAsync("try?model=zebra");
        IPage page = visitor.Page;
        await Assertions.Expect(page.GetByLabel("Model A").First).ToHaveValueAsync("demo");
        await Assertions.Expect(page.GetByLabel("Model B").First).ToHaveValueAsync("zebra");
        await page.GetByLabel("Most tokens").First.FillAsync("24");
        await page.GetByLabel("Prompt", new() { Exact = true }).FillAsync("Tell me about boats.");
        await page.GetByLabel("Prompt", new() { Exact = true }).PressAsync("Control+Enter");

        List<string> answers = [];
        foreach (string model in (string[])["demo", "zebra"])
        {
            ILocator pane = page.GetByRole(AriaRole.Region, new() { Name = $"Answer of {model}" });
            await Assertions.Expect(pane.GetByRole(AriaRole.Status)).ToContainTextAsync("Finished", new() { Timeout = (float)Patience.TotalMilliseconds });
            await Assertions.Expect(pane).ToContainTextAsync("tokens");
            answers.Add((await pane.Locator(".text").InnerTextAsync()).Trim());
        }

        await page.GetByLabel("Project").First.FillAsync("tried");
        await page.GetByRole(AriaRole.Button, new() { Name = "Send these answers to label" }).ClickAsync();
        await Assertions.Expect(page.GetByText("A pair to compare was added to tried.")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Label in tried" }).ClickAsync();
        await page.WaitForURLAsync("**/label/tried/pairs");
        foreach (string answer in answers)
        {
            await Assertions.Expect(page.GetByText(answer, new() { Exact = true }).First).ToBeVisibleAsync();
        }

        Assert.DoesNotContain("zebra", await page.Locator("main").InnerTextAsync(), StringComparison.Ordinal); // nothing says which model wrote what
        visitor.AssertNothingWrong();

        int[] served = [.. Children(app.ProcessId)];
        Assert.Equal(2, served.Length);
        ProcessIdentity[] processes = [.. served.Select(Identity)];
        await app.KillAsync();
        await UntilAsync(() => Array.TrueForAll(processes, process => !process.IsAlive()), "the models outlive the app");
    }

    [Fact]
    public async Task FileOfPrompts_IsAnsweredInTheBackground_AndNamesTheLinesThatAreNone()
    {
        await using WebApp app = await WebApp.StartAsync();
        await using Visitor visitor = await Visitor.FirstAdminAsync(app);
        await visitor.GoAsync("try");
        IPage page = visitor.Page;
        await page.GetByRole(AriaRole.Tab, new() { Name = "A file of prompts" }).ClickAsync();
        ILocator panel = page.GetByRole(AriaRole.Tabpanel, new() { Name = "A file of prompts" });
        string rows = string.Join('\n', Enumerable.Range(0, 12).Select(i => string.Create(CultureInfo.InvariantCulture, $$"""{"prompt": "Tell me about the number {{i}}."}""")).Append("""{"no": "prompt"}"""));
        await Visitor.UploadAsync(panel.GetByLabel("File"), new FilePayload { Name = "numbers.jsonl", MimeType = "application/jsonl", Buffer = System.Text.Encoding.UTF8.GetBytes(rows) });
        await panel.GetByLabel("Project").FillAsync("numbers");
        await panel.GetByLabel("Answers").FillAsync("2");
        await panel.GetByLabel("Temperature").FillAsync("1.5");
        await panel.GetByLabel("Most tokens").FillAsync("16");
        await panel.GetByRole(AriaRole.Button, new() { Name = "Start" }).ClickAsync();

        ILocator job = panel.GetByRole(AriaRole.Region, new() { Name = "Job 1" });
        await Assertions.Expect(job).ToContainTextAsync("12 of 12 prompts", new() { Timeout = (float)Patience.TotalMilliseconds });
        await Assertions.Expect(job).ToContainTextAsync("12 items");
        await job.GetByRole(AriaRole.Button, new() { Name = "Lines without items" }).ClickAsync();
        await Assertions.Expect(job).ToContainTextAsync("Line 13: the row has neither 'prompt' nor 'messages'");
        await Assertions.Expect(job.GetByRole(AriaRole.Link, new() { Name = "numbers" })).ToHaveAttributeAsync("href", "projects/numbers");
        visitor.AssertNothingWrong();
    }

    [Fact]
    public async Task DamagedModel_SaysWhy_AndTheOtherOneAnswers()
    {
        await using WebApp app = await WebApp.StartAsync();
        await File.WriteAllTextAsync(Path.Combine(CopyModel(app, "damaged"), "model.safetensors"), "nothing of the kind", Stop);
        await using Visitor visitor = await Visitor.FirstAdminAsync(app);
        await visitor.GoAsync("try?model=damaged");
        await visitor.Page.GetByLabel("Prompt", new() { Exact = true }).FillAsync("Tell me about boats.");
        await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Ask" }).ClickAsync();

        ILocator damaged = visitor.Page.GetByRole(AriaRole.Region, new() { Name = "Answer of damaged" });
        await Assertions.Expect(damaged.GetByRole(AriaRole.Alert)).ToContainTextAsync("model.safetensors", new() { Timeout = (float)Patience.TotalMilliseconds });
        await Assertions.Expect(visitor.Page.GetByRole(AriaRole.Region, new() { Name = "Answer of demo" }).GetByRole(AriaRole.Status))
            .ToContainTextAsync("Finished", new() { Timeout = (float)Patience.TotalMilliseconds });
        visitor.AssertNothingWrong();
    }

    private static string CopyModel(WebApp app, string name)
    {
        string target = Directory.CreateDirectory(Path.Combine(app.DataDir, "models", name)).FullName;
        foreach (string file in Directory.EnumerateFiles(Path.Combine(app.DataDir, "models", "demo")))
        {
            File.Copy(file, Path.Combine(target, Path.GetFileName(file)));
        }

        return target;
    }

    private static IEnumerable<int> Children(int parent) => Directory.EnumerateDirectories("/proc")
        .Select(folder => int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out int id) ? id : 0)
        .Where(id => id > 0 && ParentOf(id) == parent);

    // "pid (name) state parent …"; the name may hold anything.
    private static int ParentOf(int process)
    {
        try
        {
            string stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/stat"));
            return int.Parse(stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return 0; // it ended meanwhile
        }
    }

    private static ProcessIdentity Identity(int id)
    {
        using var process = System.Diagnostics.Process.GetProcessById(id);
        return ProcessIdentity.Of(process);
    }

    private static async Task UntilAsync(Func<bool> holds, string otherwise)
    {
        DateTime end = DateTime.UtcNow + Patience;
        while (!holds())
        {
            Assert.True(DateTime.UtcNow < end, otherwise);
            await Task.Delay(100, Stop);
        }
    }
}

using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Program = Alignment.Processes.Program;

namespace Alignment.EndToEnd.Tests.Browser;

/// <summary>Runs from the page, with the real trainer on the demo model.</summary>
public sealed partial class RunPageTests
{
    private const string Dataset = "demo-pairs";
    private static readonly LocatorAssertionsToBeVisibleOptions Soon = new() { Timeout = 60_000 };
    private static readonly LocatorAssertionsToHaveTextOptions Later = new() { Timeout = 300_000 };

    [Fact]
    public async Task Run_FromADataset_IsWatched_Stopped_Resumed_AndCompared()
    {
        await using WebApp app = await WebApp.StartAsync();
        Program.Pipeline.Run(["freeze", "--project", "demo", "--kind", "preference", "--id", Dataset], new Dictionary<string, string> { ["ALIGNMENT_DATA"] = app.DataDir }).Expect();
        await using Visitor engineer = await Visitor.FirstAdminAsync(app);
        IPage page = engineer.Page;

        // From a dataset everything is chosen: one press starts. Smaller steps make it long enough to be stopped.
        await engineer.GoAsync($"runs/new?data={Dataset}");
        await Assertions.Expect(page.GetByLabel("Preset")).ToHaveValueAsync("demo-dpo");
        ILocator start = page.GetByRole(AriaRole.Button, new() { Name = "Start DPO run" });
        await Assertions.Expect(start).ToBeEnabledAsync();
        await Assertions.Expect(page.GetByText("free now")).ToBeVisibleAsync(Soon);
        await page.GetByRole(AriaRole.Textbox, new() { Name = "Epochs" }).FillAsync("4");
        await Assertions.Expect(page.GetByRole(AriaRole.Region, new() { Name = "The run.yaml" })).ToContainTextAsync("epochs: 4");
        await start.ClickAsync();
        await page.WaitForURLAsync(new Regex("/runs/dpo-"));
        string first = page.Url.Split('/')[^1];

        ILocator loss = page.GetByRole(AriaRole.Figure).Filter(new() { Has = page.GetByRole(AriaRole.Heading, new() { Name = "Loss" }) });
        await Assertions.Expect(loss.Locator("canvas")).ToBeVisibleAsync(Soon);
        await Assertions.Expect(loss.GetByRole(AriaRole.Row, new() { Name = "loss" }).First).ToContainTextAsync(Value());
        int before = await StepAsync(page);
        await Assertions.Expect(page.GetByLabel("Where it stands")).Not.ToContainTextAsync($"step {before} ", new() { Timeout = 60_000 });

        // Hovering shows the values of the step, dragging zooms and stays zoomed, a double click shows all again.
        ILocator plot = loss.Locator(".u-over");
        await plot.HoverAsync();
        await Assertions.Expect(loss.Locator("thead")).ToContainTextAsync("step ");
        LocatorBoundingBoxResult box = (await plot.BoundingBoxAsync())!;
        await page.Mouse.MoveAsync(box.X + (box.Width / 4), box.Y + (box.Height / 2));
        await page.Mouse.DownAsync();
        await page.Mouse.MoveAsync(box.X + (box.Width / 2), box.Y + (box.Height / 2));
        await page.Mouse.UpAsync();
        ILocator whole = page.GetByRole(AriaRole.Button, new() { Name = "Show all steps" });
        await Assertions.Expect(whole).ToBeEnabledAsync();
        double zoomed = await RightEndAsync(loss);
        int then = await StepAsync(page);
        await Assertions.Expect(page.GetByLabel("Where it stands")).Not.ToContainTextAsync($"step {then} ", new() { Timeout = 60_000 });
        Assert.Equal(zoomed, await RightEndAsync(loss));
        await plot.DblClickAsync();
        await Assertions.Expect(whole).ToBeDisabledAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "Stop", Exact = true }).ClickAsync();
        ILocator state = page.Locator(".head .state");
        await Assertions.Expect(state).ToHaveTextAsync("stopped", Later);
        int stopped = await StepAsync(page);
        await page.GetByRole(AriaRole.Button, new() { Name = "Resume" }).ClickAsync();
        await Assertions.Expect(state).ToHaveTextAsync("completed", Later);
        Assert.True(await StepAsync(page) > stopped);

        // On a logarithmic scale what it can not show is said; a smoothed line is drawn beside the raw one.
        await page.GetByLabel("Logarithmic scale").CheckAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Figure).Filter(new() { HasText = "rewards/rejected" })).ToContainTextAsync("values at or below 0 are hidden");
        await page.GetByLabel("Smoothing").FillAsync("0.9");
        await Assertions.Expect(loss.Locator("canvas")).ToBeVisibleAsync();
        Assert.Equal(4, await loss.EvaluateAsync<int>("figure => figure.chart.u.series.length")); // steps, raw, smoothed, held-out

        // The result goes away as safetensors; nothing else of the data folder does.
        IDownload download = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Link, new() { Name = "Download the result" }).ClickAsync());
        await using (System.IO.Compression.ZipArchive zip = await System.IO.Compression.ZipFile.OpenReadAsync(await download.PathAsync(), TestContext.Current.CancellationToken))
        {
            Assert.Contains(zip.Entries, entry => entry.FullName == $"{first}/model/model.safetensors" && entry.Length > 0);
        }

        // The same again with another rate, then both over each other.
        await page.GetByRole(AriaRole.Link, new() { Name = "Same settings again" }).ClickAsync();
        await page.GetByRole(AriaRole.Textbox, new() { Name = "Learning rate" }).FillAsync("1.0e-4");
        await page.GetByRole(AriaRole.Textbox, new() { Name = "Epochs" }).FillAsync("1");
        ILocator yaml = page.GetByRole(AriaRole.Region, new() { Name = "The run.yaml" });
        await Assertions.Expect(yaml).ToContainTextAsync("learning_rate: 1.0e-4");
        await Assertions.Expect(yaml).Not.ToContainTextAsync("epochs: 4");
        await Assertions.Expect(page.GetByText("free now")).ToBeVisibleAsync(Soon);
        await start.ClickAsync();
        await page.WaitForURLAsync(url => url.Contains("/runs/dpo-", StringComparison.Ordinal) && !url.EndsWith(first, StringComparison.Ordinal));
        await Assertions.Expect(state).ToHaveTextAsync("completed", Later);
        string second = page.Url.Split('/')[^1];

        await engineer.GoAsync("runs");
        await page.GetByLabel($"Compare {first}").CheckAsync();
        await page.GetByLabel($"Compare {second}").CheckAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Compare 2 runs" }).ClickAsync();
        ILocator rate = page.GetByRole(AriaRole.Table, new() { Name = "Differences" }).GetByRole(AriaRole.Row).Filter(new() { HasText = "optimizer.learning_rate" });
        await Assertions.Expect(rate).ToContainTextAsync("7.0e-5");
        await Assertions.Expect(rate).ToContainTextAsync("0.0001");
        await Assertions.Expect(loss.GetByRole(AriaRole.Row).Filter(new() { HasText = first }).First).ToContainTextAsync(Value());
        await Assertions.Expect(loss.GetByRole(AriaRole.Row).Filter(new() { HasText = second }).First).ToContainTextAsync(Value());

        await engineer.GoAsync("models");
        await page.GetByRole(AriaRole.Link, new() { Name = second }).First.ClickAsync();
        await Assertions.Expect(page.GetByLabel("The model", new() { Exact = true })).ToContainTextAsync("of demo");
        engineer.AssertNothingWrong();
    }

    [Fact]
    public async Task Yaml_ThatIsUploaded_HasItsErrorsAtTheLine()
    {
        await using WebApp app = await WebApp.StartAsync();
        await using Visitor engineer = await Visitor.FirstAdminAsync(app);
        IPage page = engineer.Page;
        await engineer.GoAsync("runs/new");
        await Visitor.UploadAsync(page.GetByLabel("Upload a run.yaml"), new FilePayload
        {
            Name = "run.yaml",
            MimeType = "application/yaml",
            Buffer = "trainer: dpo\nmodel: demo\ndata: nowhere\noptimizer:\n  learning_rte: 1.0e-5\n"u8.ToArray(),
        });

        ILocator errors = page.Locator("#run-yaml-errors");
        await Assertions.Expect(errors).ToContainTextAsync("Line 5:");
        await Assertions.Expect(errors).ToContainTextAsync("learning_rate");
        await Assertions.Expect(page.Locator(".yaml .bad")).ToHaveTextAsync("5");
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Start DPO run" })).ToBeDisabledAsync();
        await page.GetByRole(AriaRole.Textbox, new() { Name = "run.yaml" }).FillAsync("trainer: dpo\nmodel: demo\ndata: nowhere\n");
        await Assertions.Expect(errors).ToContainTextAsync("Line 3:");
        engineer.AssertNothingWrong();
    }

    private static Task<double> RightEndAsync(ILocator figure) => figure.EvaluateAsync<double>("figure => figure.chart.u.scales.x.max");

    private static async Task<int> StepAsync(IPage page)
    {
        string text = await page.GetByLabel("Where it stands").InnerTextAsync();
        return int.Parse(Step().Match(text).Groups[1].Value, NumberStyles.AllowThousands, CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(@"step ([\d,]+)")]
    private static partial Regex Step();

    [GeneratedRegex(@"\d\.\d")]
    private static partial Regex Value();
}

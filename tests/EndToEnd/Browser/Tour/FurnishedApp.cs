using Alignment.Goldens;
using Microsoft.Playwright;
using Program = Alignment.Processes.Program;

namespace Alignment.EndToEnd.Tests.Browser.Tour;

/// <summary>The app with something on every page: the sample project, a frozen dataset, two finished runs, some judgments.</summary>
public sealed class FurnishedApp : IAsyncLifetime
{
    /// <summary>The dataset.</summary>
    public const string Dataset = "demo-pairs";

    /// <summary>The runs.</summary>
    public static readonly string[] Runs = ["dpo-gentle", "dpo-bold"];

    internal WebApp App { get; private set; } = null!;

    internal Visitor Admin { get; private set; } = null!;

    private string Judgment { get; set; } = "";

    /// <summary>Where a page of the tour is.</summary>
    internal string AddressOf(TourPage page) => page.Address.Replace("my-judgments/{judgment}", Judgment, StringComparison.Ordinal);

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        App = await WebApp.StartAsync();
        Admin = await Visitor.FirstAdminAsync(App);
        Program.Pipeline.Run(["freeze", "--project", "demo", "--kind", "preference", "--id", Dataset, "--data-dir", App.DataDir]).Expect();
        string recipe = File.ReadAllText(Path.Combine(GoldenData.Repository, "data", "recipes", "demo-dpo.yaml"))
            .Replace("limits: { epochs: 1 }", "limits: { steps: 24 }\nevaluate: { every_steps: 8 }", StringComparison.Ordinal)
            .Replace("model: ../models/demo", "model: demo", StringComparison.Ordinal);
        foreach (string run in Runs)
        {
            string yaml = Path.Combine(App.DataDir, run + ".yaml");
            File.WriteAllText(yaml, run == Runs[0] ? recipe.Replace("7.0e-5", "3.0e-5", StringComparison.Ordinal) : recipe);
            Program.Align.Run(["train", yaml, "--out", Path.Combine(App.DataDir, "runs", run), "--data-dir", App.DataDir]).Expect();
            File.Delete(yaml);
        }

        await JudgeAsync();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Admin.DisposeAsync();
        await App.DisposeAsync();
    }

    private async Task JudgeAsync()
    {
        await Admin.GoAsync("label/demo/pairs");
        await Assertions.Expect(Admin.Page.Item()).ToBeVisibleAsync();
        foreach (string key in new[] { "2", "4", "b", "6" })
        {
            await Admin.Page.PressAsync(key);
        }

        await Admin.Page.SentAsync();
        await Admin.GoAsync("my-judgments");
        Judgment = (await Admin.Page.Locator("a[href^='my-judgments/']").First.GetAttributeAsync("href"))!;
    }
}

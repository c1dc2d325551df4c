using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Alignment.Goldens;
using Alignment.Shared;
using Microsoft.Playwright;

namespace Alignment.EndToEnd.Tests.Browser;

/// <summary>How fast the app feels, measured in the browser on this machine (scripts/browser-speed.sh); prints figures and holds nobody to them.</summary>
[Trait("speed", "bench")]
public sealed class SpeedTests
{
    private const int Presses = 200, Circuits = 20;

    // From the key's event to the frame after the one in which another item is in view.
    private const string Watch = """
        () => {
          window.took = [];
          let pressed = 0;
          addEventListener("keydown", () => { pressed = performance.now(); }, true);
          const visible = () => document.querySelector("#items > article:not([hidden])")?.dataset.token;
          let before = visible();
          new MutationObserver(() => {
            const now = visible();
            if (!pressed || !now || now === before) return;
            before = now;
            const start = pressed;
            pressed = 0;
            requestAnimationFrame(() => setTimeout(() => window.took.push(performance.now() - start)));
          }).observe(document.querySelector("#items"), { childList: true, subtree: true, attributes: true, attributeFilter: ["hidden"] });
        }
        """;

    [Fact]
    public async Task PressesStartAndMemory_ArePrinted()
    {
        await Chromium.GetAsync();
        var clock = Stopwatch.StartNew();
        await using WebApp app = await WebApp.StartAsync();
        await using Visitor visitor = await Visitor.ComeAsync(app);
        await visitor.GoAsync("sign-in");
        double coldStart = clock.Elapsed.TotalSeconds;

        await visitor.JoinAsync(app.AdminLink!, "ada");
        await ImportAsync(app);
        await visitor.GoAsync("label/many/pairs");
        await Assertions.Expect(visitor.Page.Item()).ToBeVisibleAsync();
        double[] took = await PressAsync(visitor.Page);
        long before = Resident(app.ProcessId);
        await OpenCircuitsAsync(visitor, app);
        long with = Resident(app.ProcessId);

        var figures = new
        {
            presses = took.Length,
            press_to_next_item_ms_median = Quantile(took, 0.5),
            press_to_next_item_ms_p95 = Quantile(took, 0.95),
            cold_start_seconds = Math.Round(coldStart, 2),
            circuits = Circuits,
            resident_bytes_before = before,
            resident_bytes_with_circuits = with,
        };
        string json = JsonSerializer.Serialize(figures, new JsonSerializerOptions { WriteIndented = true });
        Console.WriteLine(json);
        AtomicFile.Write(Path.Combine(GoldenData.Repository, "docs", "results", "browser-speed.json"), json + "\n");
    }

    private static async Task<double[]> PressAsync(IPage page)
    {
        await page.EvaluateAsync(Watch);
        for (int i = 0; i < Presses; i++)
        {
            await page.PressAsync("2");
            await page.SentAsync(); // a person reads before the next press
        }

        await page.WaitForFunctionAsync($"() => window.took.length >= {Presses}");
        return await page.EvaluateAsync<double[]>("() => window.took");
    }

    private static async Task OpenCircuitsAsync(Visitor visitor, WebApp app)
    {
        for (int i = 0; i < Circuits; i++)
        {
            IPage page = await visitor.Context.NewPageAsync();
            await page.GotoAsync(new Uri(app.Address, "projects/demo").AbsoluteUri);
            await page.Locator("body[data-ready='1']").WaitForAsync();
            await Assertions.Expect(page.Locator("[aria-busy=true]")).ToHaveCountAsync(0);
        }
    }

    private static async Task ImportAsync(WebApp app)
    {
        string rows = Path.Combine(app.DataDir, "many.jsonl");
        await File.WriteAllLinesAsync(rows, Enumerable.Range(0, Presses + 20).Select(i => string.Create(
            CultureInfo.InvariantCulture, $$"""{"prompt": "question {{i}}", "answers": ["**One** answer to {{i}}:\n\n- a list\n- of two", "Another answer to {{i}}."]}""")));
        Processes.Program.Pipeline.Run(["import", rows, "--project", "many", "--data-dir", app.DataDir]).Expect();
    }

    private static double Quantile(double[] values, double share) => Math.Round(values.Order().ElementAt((int)(share * (values.Length - 1))), 1);

    private static long Resident(int process) => 1024 * long.Parse(
        File.ReadLines(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/status")).First(line => line.StartsWith("VmRSS", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1],
        CultureInfo.InvariantCulture);
}

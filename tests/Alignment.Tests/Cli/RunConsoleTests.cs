using Alignment.Cli;
using Alignment.Shared.Runs;
using Alignment.Training;

namespace Alignment.Tests.Cli;

public sealed class RunConsoleTests : IDisposable
{
    private const string Whole = "step 12/100, loss 0.6812, 2 min 56 s left, margin 0.0310, accuracy 0.63, 412 tok/s, 2.9 GB";

    private static readonly StepReport Report = new(
        new TrainState { Step = 12, Seconds = 24 },
        100,
        new Dictionary<string, double>
        {
            [MetricNames.Loss] = 0.68123,
            [MetricNames.RewardsMargins] = 0.031,
            [MetricNames.RewardsAccuracies] = 0.625,
            [MetricNames.TokensPerSecond] = 412.4,
            [MetricNames.MemoryBytes] = 2.9e9,
        },
        []);

    private readonly string _folder = Directory.CreateTempSubdirectory("run-console").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Describe_Step_HasLossTimeLeftMarginAccuracySpeedAndMemory()
    {
        Assert.Equal(Whole, RunConsole.Describe(Report));
        Assert.StartsWith("step 12, loss 0.6812, margin", RunConsole.Describe(Report with { LastStep = int.MaxValue }), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, Whole)]
    [InlineData(200, Whole)]
    [InlineData(80, "step 12/100, loss 0.6812, 2 min 56 s left, margin 0.0310, accuracy 0.63")]
    [InlineData(42, "step 12/100, loss 0.6812, 2 min 56 s left")]
    [InlineData(41, "step 12/100, loss 0.6812")]
    [InlineData(8, "step 12")]
    public void Progress_OnATerminal_StaysWithinOneRow(int width, string expected)
    {
        string log = Path.Combine(_folder, "console.log");
        var terminal = new StringWriter();
        using (var console = new RunConsole(log, terminal, isTerminal: true) { Width = () => width })
        {
            console.Progress(Report);
        }

        Assert.Equal("\r" + expected, terminal.ToString().TrimEnd('\n'));
        Assert.Equal([Whole], File.ReadLines(log));
    }

    [Fact]
    public void Note_WhereTheOutputIsTheLog_IsWrittenOnce()
    {
        string log = Path.Combine(_folder, "console.log");
        var output = new StringWriter();
        using (var console = new RunConsole(log, output, isTerminal: false) { OutputIsLog = true })
        {
            console.Note("note");
            console.Progress(Report);
            console.Log("error: what");
        }

        Assert.Equal($"note\n{Whole}\n", output.ToString());
        Assert.Empty(File.ReadLines(log));
    }

    [Fact]
    public void Log_Line_IsNotShown()
    {
        string log = Path.Combine(_folder, "console.log");
        var shown = new StringWriter();
        using (var console = new RunConsole(log, shown, isTerminal: false))
        {
            console.Log("error: what");
        }

        Assert.Empty(shown.ToString());
        Assert.Equal(["error: what"], File.ReadLines(log));
    }
}

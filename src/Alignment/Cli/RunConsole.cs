using System.Globalization;
using System.Text;

using Alignment.Shared.Runs;
using Alignment.Training;

namespace Alignment.Cli;

/// <summary>What a run prints: notes, warnings and one progress line; all of it also goes to console.log.</summary>
/// <param name="logPath">console.log of the run</param>
/// <param name="output">where people read</param>
/// <param name="isTerminal">true overwrites the progress line in place; false writes one now and then</param>
public sealed class RunConsole(string logPath, TextWriter output, bool isTerminal) : IRunConsole, IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    private readonly StreamWriter _log = new(new FileStream(logPath, FileMode.Append, FileAccess.Write, FileShare.Read), new UTF8Encoding(false)) { AutoFlush = true };
    private DateTime _last = DateTime.MinValue;
    private int _shown;

    /// <summary>Columns of the terminal, into which the progress line is cut; 0 does not cut it.</summary>
    public Func<int> Width { get; init; } = () => 0;

    /// <summary>True where the output is console.log itself, into which nothing is then written a second time.</summary>
    public bool OutputIsLog { get; init; }

    /// <summary>One line.</summary>
    public void Note(string text)
    {
        Clear();
        output.WriteLine(text);
        Log(text);
    }

    /// <summary>The progress line of a step.</summary>
    public void Progress(StepReport report)
    {
        bool due = DateTime.UtcNow - _last >= Pause || report.State.Step == 1 || report.State.Step == report.LastStep;
        if (!due && !isTerminal)
        {
            return;
        }

        string line = Describe(report);
        if (due)
        {
            _last = DateTime.UtcNow;
            Log(line);
        }

        if (isTerminal)
        {
            string shown = Fit(line, Width());
            output.Write('\r' + shown.PadRight(_shown));
            _shown = shown.Length;
        }
        else
        {
            output.WriteLine(line);
        }
    }

    /// <summary>One line of console.log alone, for what the command line itself shows people.</summary>
    public void Log(string text)
    {
        try
        {
            if (!OutputIsLog)
            {
                _log.WriteLine(text);
            }
        }
        catch (IOException)
        {
            // A full disk: what the run itself writes reports it; the console still shows the line.
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Clear();
        _log.Dispose();
    }

    /// <summary>"step 12/100, loss 0.6812, 3 min 10 s left, margin 0.031, accuracy 0.62, 412 tok/s, 2.9 GB": what matters most comes first.</summary>
    internal static string Describe(StepReport report)
    {
        var line = new StringBuilder();
        TrainState state = report.State;
        bool endKnown = report.LastStep < int.MaxValue;
        line.Append(CultureInfo.InvariantCulture, $"step {state.Step}").Append(endKnown ? FormattableString.Invariant($"/{report.LastStep}") : "");
        Add(line, report, MetricNames.Loss, "loss", "0.0000");
        if (endKnown)
        {
            double left = state.Seconds / state.Step * (report.LastStep - state.Step);
            line.Append(CultureInfo.InvariantCulture, $", {ProgressLine.Left(TimeSpan.FromSeconds(left))} left");
        }

        Add(line, report, MetricNames.RewardsMargins, "margin", "0.0000");
        Add(line, report, MetricNames.RewardsAccuracies, "accuracy", "0.00");
        line.Append(CultureInfo.InvariantCulture, $", {report.Metrics[MetricNames.TokensPerSecond]:0} tok/s");
        line.Append(CultureInfo.InvariantCulture, $", {report.Metrics[MetricNames.MemoryBytes] / 1e9:0.0} GB");
        return line.ToString();
    }

    // The last column stays free, because some terminals wrap as soon as it is written. Whole parts where one fits: half a number misleads.
    private static string Fit(string line, int width)
    {
        if (width <= 0 || line.Length < width)
        {
            return line;
        }

        int end = line.LastIndexOf(',', width - 1);
        return line[..(end > 0 ? end : width - 1)];
    }

    private static void Add(StringBuilder line, StepReport report, string name, string label, string format)
    {
        if (report.Metrics.TryGetValue(name, out double value))
        {
            line.Append(CultureInfo.InvariantCulture, $", {label} ").Append(value.ToString(format, CultureInfo.InvariantCulture));
        }
    }

    private void Clear()
    {
        if (_shown > 0)
        {
            output.WriteLine();
            _shown = 0;
        }
    }
}

using System.Diagnostics;
using System.Globalization;

using Spectre.Console;

namespace Alignment.Cli;

/// <summary>Progress of long work on standard error: a bar with the time left on a terminal, else a plain line every ten seconds.</summary>
public static class ProgressLine
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    /// <summary>Runs <paramref name="work"/>, which reports how many of <paramref name="total"/> units are done (absolute).</summary>
    /// <param name="what">what is being done, as in "reference log-probabilities"</param>
    /// <param name="total">units in all; 0 when unknown</param>
    /// <param name="work">the work; it runs on the calling thread</param>
    public static void Run(string what, long total, Action<Action<long>> work)
    {
        if (Output.IsErrorTerminal)
        {
            RunBar(what, total, work);
            return;
        }

        var clock = Stopwatch.StartNew();
        TimeSpan last = TimeSpan.Zero;
        work(done =>
        {
            if (clock.Elapsed - last >= Pause)
            {
                last = clock.Elapsed;
                Output.Note(Describe(what, done, total, clock.Elapsed));
            }
        });
    }

    /// <summary>"what: 3/10, 12 s left".</summary>
    internal static string Describe(string what, long done, long total, TimeSpan elapsed)
    {
        string line = total > 0
            ? string.Create(CultureInfo.InvariantCulture, $"{what}: {done}/{total}")
            : string.Create(CultureInfo.InvariantCulture, $"{what}: {done}");
        return total > 0 && done > 0 ? line + $", {Left(elapsed * ((double)(total - done) / done))} left" : line;
    }

    /// <summary>A length of time for people: "12 s", "3 min 20 s", "2 h 05 min".</summary>
    public static string Left(TimeSpan time) => time.TotalSeconds switch
    {
        < 60 => string.Create(CultureInfo.InvariantCulture, $"{Math.Max(0, time.TotalSeconds):0} s"),
        < 3600 => string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalMinutes} min {time.Seconds:00} s"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{(long)time.TotalHours} h {time.Minutes:00} min"),
    };

    private static void RunBar(string what, long total, Action<Action<long>> work) =>
        Output.Rich.Progress()
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn(), new SpinnerColumn())
            .Start(context =>
            {
                ProgressTask task = context.AddTask(Markup.Escape(what), maxValue: Math.Max(1, total));
                task.IsIndeterminate = total == 0;
                work(done => task.Value = done);
            });
}

using System.Diagnostics;
using Alignment.Pipeline.Items.Import;
using Spectre.Console;

namespace Alignment.Pipeline.Cli;

/// <summary>Progress of an import on standard error: a bar with the time left on a terminal, else a plain line every ten seconds.</summary>
internal static class ImportProgressBar
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    /// <summary>Runs work that reports how far it is.</summary>
    public static Task<T> RunAsync<T>(Terminal terminal, string file, Func<IProgress<ImportProgress>, Task<T>> work) => terminal.IsErrorTerminal
        ? terminal.RichError.Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .StartAsync(context =>
            {
                ProgressTask task = context.AddTask(Markup.Escape(file));
                return work(new Report(progress =>
                {
                    task.MaxValue = Math.Max(1, progress.TotalBytes);
                    task.Value = progress.Bytes;
                }));
            })
        : work(Lines(terminal, file));

    private static Report Lines(Terminal terminal, string file)
    {
        var clock = Stopwatch.StartNew();
        TimeSpan last = TimeSpan.Zero;
        return new(progress =>
        {
            if (clock.Elapsed - last >= Pause && progress.Bytes < progress.TotalBytes)
            {
                last = clock.Elapsed;
                double share = (double)progress.Bytes / progress.TotalBytes;
                double left = share == 0 ? 0 : clock.Elapsed.TotalSeconds * (1 - share) / share;
                terminal.Note(FormattableString.Invariant($"{file}: {progress.Rows} rows, {share:P0}, {left:0} s left"));
            }
        });
    }

    // Progress<T> posts to the thread pool; here the lines keep their order and none comes after the end.
    private sealed class Report(Action<ImportProgress> act) : IProgress<ImportProgress>
    {
        void IProgress<ImportProgress>.Report(ImportProgress value) => act(value);
    }
}

using System.Globalization;
using Alignment.Pipeline.Runs.Show;
using Alignment.Shared.Runs;

namespace Alignment.Pipeline.Runs.Worker;

/// <summary>How a run ended whose process is gone: as status.json says, else by everything else that is known.</summary>
internal static class RunEnding
{
    private const int Killed = 137;
    private const int SignalBase = 128;
    private const int ConsoleBytes = 4096;
    private const int LongestLine = 400;
    private const string ErrorLabel = "error: ";
    private const string Mend = "lower batch.micro_batch or max_length, write precision: bf16, or train with lora";

    private static readonly string[] OutOfMemory = ["bad_alloc", "can't allocate memory", "out of memory", "OutOfMemoryException"];

    private static readonly Dictionary<int, string> Signals = new()
    {
        [1] = "SIGHUP",
        [2] = "SIGINT",
        [4] = "SIGILL",
        [6] = "SIGABRT",
        [7] = "SIGBUS",
        [8] = "SIGFPE",
        [9] = "SIGKILL",
        [11] = "SIGSEGV",
        [15] = "SIGTERM",
    };

    /// <summary>State and reason.</summary>
    /// <param name="watched">The run after its last look.</param>
    /// <param name="here">This machine.</param>
    public static (RunState State, string Reason) Of(WatchedRun watched, string here)
    {
        if (watched.Status is { State: RunState.Completed or RunState.Stopped or RunState.Failed } status)
        {
            return (status.State, status.Reason);
        }

        string console = RunFiles.Tail(watched.Folder.ConsoleLog, ConsoleBytes);
        string last = LastLine(console);
        int? code = watched.Child?.ExitCode;
        if (code is > 0 and < SignalBase && last.StartsWith(ErrorLabel, StringComparison.Ordinal))
        {
            return (RunState.Failed, last[ErrorLabel.Length..]);
        }

        string reason = How(watched, code, here) + Memory(watched, code, console) + (last.Length > 0 ? $"; the last line of its console: {last}" : "; its console is empty");
        return (code is > 0 and < SignalBase ? RunState.Failed : RunState.Interrupted, reason);
    }

    private static string How(WatchedRun watched, int? code, string here) => code switch
    {
        Killed when watched.Run.StopAskedAt is not null => "it did not end after it was asked to stop and was killed",
        > SignalBase and int signal => $"its process was ended by {Signals.GetValueOrDefault(signal - SignalBase, string.Create(CultureInfo.InvariantCulture, $"signal {signal - SignalBase}"))}",
        int other => string.Create(CultureInfo.InvariantCulture, $"its process ended with exit code {other} without a word about how"),
        null when watched.Run.OwnerHost is string host && host != here => $"nothing was heard of machine {host}, where it ran",
        null when watched.Child is null => "its process was never seen",
        null => "its process is gone, and nobody saw how it ended",
    };

    private static string Memory(WatchedRun watched, int? code, string console) =>
        OutOfMemory.Any(words => console.Contains(words, StringComparison.OrdinalIgnoreCase)) ? $", for want of memory: {Mend}"
        : code is null or Killed && watched.Child?.MemoryWasShort == true ? $"; the system killed a process for want of memory at that time, probably this one: {Mend}"
        : "";

    private static string LastLine(string console) =>
        console.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) is [.., string last] ? last[..Math.Min(last.Length, LongestLine)] : "";
}

using System.Diagnostics;
using System.Globalization;
using Alignment.Shared.Runs;

namespace Alignment.Pipeline.Runs.Worker;

/// <summary>The process of a run, started by this worker or found again.</summary>
/// <param name="Identity">Which process it is.</param>
/// <param name="Process">The process as its parent knows it; null where another process started it, which then alone learns its exit code.</param>
internal sealed record RunChild(ProcessIdentity Identity, Process? Process = null)
{
    private readonly long? _memoryKills = MemoryKills();

    /// <summary>True while it lives.</summary>
    public bool IsAlive => Process is null ? Identity.IsAlive() : !Process.HasExited;

    /// <summary>How it ended; null where that is not known. 128 and a signal's number where a signal ended it.</summary>
    public int? ExitCode => Process is { HasExited: true } ? Process.ExitCode : null;

    /// <summary>True when the system has killed some process for want of memory since this child was first seen.</summary>
    public bool MemoryWasShort => MemoryKills() > _memoryKills;

    /// <summary>Sends SIGTERM, which asks it to end with a checkpoint. A second one would end it at once.</summary>
    public void Terminate() => Signal("TERM");

    /// <summary>Sends SIGKILL.</summary>
    public void Kill() => Signal("KILL");

    // The shell's own kill is on every system; .NET has no other signal than SIGKILL.
    private void Signal(string name)
    {
        if (IsAlive)
        {
            using Process? shell = System.Diagnostics.Process.Start("/bin/sh", ["-c", "kill -$0 $1", name, Identity.Id.ToString(CultureInfo.InvariantCulture)]);
            shell!.WaitForExit();
        }
    }

    private static long? MemoryKills()
    {
        const string path = "/proc/vmstat", name = "oom_kill ";
        string? line = File.Exists(path) ? File.ReadLines(path).FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal)) : null;
        return line is null ? null : long.Parse(line.AsSpan(name.Length), NumberStyles.None, CultureInfo.InvariantCulture);
    }
}

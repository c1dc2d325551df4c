using System.ComponentModel;
using System.Diagnostics;
using Alignment.Shared;
using Alignment.Shared.Runs;

namespace Alignment.Pipeline.Runs.Worker;

/// <summary>
/// Starts <c>align train</c> for a run that was taken. The process gets a session of its own, so that it outlives this one and its
/// terminal; its console goes to console.log; of this process's handles it inherits none but those.
/// </summary>
internal sealed class RunLauncher(Lazy<AlignCommand> align, RunQueue queue, DataFolder data)
{
    // $0 is the log, the arguments are the command. exec keeps the process id that the start gave.
    private const string Script = """
        exec </dev/null >>"$0" 2>&1
        if command -v setsid >/dev/null; then exec setsid "$@"; fi
        exec "$@"
        """;

    /// <summary>Starts it, or finds the process that works on the folder already.</summary>
    /// <exception cref="UserError">The trainer cannot be started.</exception>
    public RunChild Launch(Run run)
    {
        var folder = new RunFolder(Path.Combine(data.Runs, run.Id));
        if (RunStatus.Read(folder.Status) is { IsActive: true } status && status.IsProcessAlive())
        {
            return new(new(status.ProcessId, status.StartTime));
        }

        queue.WriteQueued(folder);
        string[] arguments = ["train", folder.RunYaml, "--out", folder.Root, "--data-dir", data.Root];
        ProcessStartInfo command = align.Value.Start(File.Exists(folder.ResolvedYaml) ? [.. arguments, "--resume"] : arguments);
        var start = new ProcessStartInfo("/bin/sh", ["-c", Script, folder.ConsoleLog, command.FileName, .. command.ArgumentList]) { UseShellExecute = false, WorkingDirectory = folder.Root };
        foreach ((string name, string? value) in command.Environment)
        {
            start.Environment[name] = value;
        }

        return Start(start);
    }

    private static RunChild Start(ProcessStartInfo start)
    {
        try
        {
            Process process = Process.Start(start)!;
            return new(new(process.Id, StartTimeOf(process)), process);
        }
        catch (Win32Exception e)
        {
            throw new UserError($"the trainer cannot be started: {e.Message}", ExitCodes.Failed, e);
        }
    }

    // A process that ended within this moment has no start time any more; nobody will look for it again.
    private static DateTimeOffset StartTimeOf(Process process)
    {
        try
        {
            return ProcessIdentity.Of(process).StartTime;
        }
        catch (InvalidOperationException)
        {
            return DateTimeOffset.UtcNow;
        }
    }
}

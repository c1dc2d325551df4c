using Alignment.Shared.Runs;

namespace Alignment.Pipeline.Runs.Worker;

/// <summary>Whether a run's process lives.</summary>
internal sealed class RunLiveness(WorkerIdentity me, RunWorkerOptions options, TimeProvider clock)
{
    /// <summary>True while it lives, or may live as far as can be told from here. Finds a process whose id was lost.</summary>
    public bool IsAlive(WatchedRun watched)
    {
        DateTime now = clock.GetUtcNow().UtcDateTime;
        if (watched.Run.OwnerHost is string host && host != me.Host)
        {
            return now - LastWritten(watched.Folder) < options.ForeignPatience; // its process cannot be asked from here
        }

        if (watched.Child is null && watched.Status is { IsActive: true } status)
        {
            watched.Child = new(new(status.ProcessId, status.StartTime));
        }

        // Its worker died between the start and the note of the id: the process says its id itself, once it is up.
        return watched.Child?.IsAlive ?? now - watched.Run.StartedAt < options.StartPatience;
    }

    private static DateTime LastWritten(RunFolder folder) =>
        new[] { folder.Status, folder.Metrics, folder.ConsoleLog, folder.RunYaml }.Where(File.Exists).Select(File.GetLastWriteTimeUtc).DefaultIfEmpty(DateTime.MinValue).Max();
}

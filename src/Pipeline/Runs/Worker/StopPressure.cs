using Alignment.Shared.Runs;

namespace Alignment.Pipeline.Runs.Worker;

/// <summary>Makes a run end that was asked to: by the stop file, after a while by SIGTERM, at last by SIGKILL.</summary>
internal sealed class StopPressure(OwnedRuns owned, RunWorkerOptions options, TimeProvider clock)
{
    /// <summary>Does what is due.</summary>
    public async Task ApplyAsync(WatchedRun watched, CancellationToken cancellationToken)
    {
        if (watched.Run is not { State: RunState.Stopping, StopAskedAt: DateTime asked })
        {
            return;
        }

        // A process that starts removes what an earlier stop left, so the file may have come too early.
        if (!File.Exists(watched.Folder.StopFile))
        {
            await File.WriteAllBytesAsync(watched.Folder.StopFile, [], cancellationToken);
        }

        TimeSpan waited = clock.GetUtcNow().UtcDateTime - asked;
        if (watched.Run.Adopted || watched.Child is not RunChild child)
        {
            return;
        }

        if (waited >= options.KillAfter)
        {
            child.Kill();
        }
        else if (waited >= options.SignalAfter && watched.Run.StopSignalledAt is null && await owned.SetSignalledAsync(watched.Run.Id, cancellationToken))
        {
            child.Terminate();
        }
    }
}

using Alignment.Shared.Runs;

namespace Alignment.Pipeline.Runs.Worker;

/// <summary>One look at a run that this worker has: metrics, status, stop, end.</summary>
internal sealed class RunWatcher(OwnedRuns owned, MetricsFollower follower, RunLiveness liveness, StopPressure pressure, IRunEvents events)
{
    /// <summary>Looks once.</summary>
    /// <returns>true when it ended or is this worker's no more</returns>
    public async Task<bool> LookAsync(WatchedRun watched, CancellationToken cancellationToken)
    {
        // Alive is asked first: what the files say afterwards is everything that a dead process will ever have written.
        watched.Look(anyway: false);
        bool alive = liveness.IsAlive(watched);
        if (await owned.ReadAsync(watched.Run.Id, cancellationToken) is not { } run)
        {
            return true;
        }

        watched.Run = run;
        await NoteChildAsync(watched, cancellationToken);
        bool progressed = watched.Look(anyway: !alive) | await FollowAsync(watched, cancellationToken);
        if (watched.Status is { State: not RunState.Queued } status)
        {
            await owned.SetProgressAsync(run, status, cancellationToken);
        }

        if (!alive)
        {
            (RunState state, string reason) = RunEnding.Of(watched, Environment.MachineName);
            await EndAsync(watched, state, reason, cancellationToken);
            return true;
        }

        if (progressed)
        {
            events.Publish(new(run.Id, RunChange.Progress));
        }

        await pressure.ApplyAsync(watched, cancellationToken);
        return false;
    }

    /// <summary>Ends a run: in its folder, where its process left no word, and in its row.</summary>
    public async Task EndAsync(WatchedRun watched, RunState state, string reason, CancellationToken cancellationToken)
    {
        Run run = watched.Run;
        if (!run.Adopted && watched.Status is not { State: RunState.Completed or RunState.Stopped or RunState.Failed } && Directory.Exists(watched.Folder.Root))
        {
            RunStatus? last = watched.Status;
            new RunStatus(state, reason, Math.Max(run.Step, last?.Step ?? 0), last?.Attempt ?? run.Attempt, last?.ProcessId ?? 0, last?.StartTime ?? DateTimeOffset.UnixEpoch, DateTimeOffset.UtcNow)
            {
                LastStep = last?.LastStep,
            }.Write(watched.Folder.Status);
        }

        if (await owned.EndAsync(run, state, reason, watched.Status, cancellationToken))
        {
            events.Publish(new(run.Id, RunChange.State));
        }
    }

    private async Task NoteChildAsync(WatchedRun watched, CancellationToken cancellationToken)
    {
        if (watched is { Child: RunChild child, Run.ChildProcessId: null })
        {
            await owned.SetChildAsync(watched.Run.Id, child.Identity, cancellationToken);
        }
    }

    private async Task<bool> FollowAsync(WatchedRun watched, CancellationToken cancellationToken)
    {
        bool any = false;
        while (await follower.FollowAsync(watched.Run, watched.Folder, owned.Owner, cancellationToken))
        {
            any = true;
        }

        return any;
    }
}

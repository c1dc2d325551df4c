using Alignment.Pipeline.Storage;
using Alignment.Shared.Runs;
using Microsoft.EntityFrameworkCore;

namespace Alignment.Pipeline.Runs.Worker;

/// <summary>The rows of the runs that this worker looks after. Every write holds only as long as it does.</summary>
internal sealed class OwnedRuns(IDbContextFactory<AlignmentDb> contexts, WorkerIdentity me, TimeProvider clock)
{
    /// <summary>What the rows carry.</summary>
    public string Owner => me.Token;

    /// <summary>The row; null when the run went to another worker, or is gone.</summary>
    public async Task<Run?> ReadAsync(string id, CancellationToken cancellationToken)
    {
        await using AlignmentDb db = await contexts.CreateDbContextAsync(cancellationToken);
        return await Mine(db, id).AsNoTracking().SingleOrDefaultAsync(cancellationToken);
    }

    /// <summary>Stores which process works on it.</summary>
    public async Task SetChildAsync(string id, ProcessIdentity child, CancellationToken cancellationToken)
    {
        await using AlignmentDb db = await contexts.CreateDbContextAsync(cancellationToken);
        await Mine(db, id).ExecuteUpdateAsync(
            change => change.SetProperty(run => run.ChildProcessId, child.Id).SetProperty(run => run.ChildStartedAt, child.StartTime.UtcDateTime), cancellationToken);
    }

    /// <summary>Stores what status.json says about a run that works.</summary>
    public async Task SetProgressAsync(Run run, RunStatus status, CancellationToken cancellationToken)
    {
        (int attempt, int? lastStep) = (status.Attempt, status.LastStep ?? run.LastStep);
        if (attempt == run.Attempt && lastStep == run.LastStep)
        {
            return;
        }

        await using AlignmentDb db = await contexts.CreateDbContextAsync(cancellationToken);
        await Mine(db, run.Id).ExecuteUpdateAsync(change => change.SetProperty(row => row.Attempt, attempt).SetProperty(row => row.LastStep, lastStep), cancellationToken);
    }

    /// <summary>Stores that its process is about to be sent SIGTERM.</summary>
    public async Task<bool> SetSignalledAsync(string id, CancellationToken cancellationToken)
    {
        await using AlignmentDb db = await contexts.CreateDbContextAsync(cancellationToken);
        DateTime now = clock.GetUtcNow().UtcDateTime;
        return await Mine(db, id).Where(run => run.StopSignalledAt == null).ExecuteUpdateAsync(change => change.SetProperty(run => run.StopSignalledAt, now), cancellationToken) == 1;
    }

    /// <summary>Stores how it ended; it then belongs to nobody.</summary>
    public async Task<bool> EndAsync(Run run, RunState state, string reason, RunStatus? status, CancellationToken cancellationToken)
    {
        await using AlignmentDb db = await contexts.CreateDbContextAsync(cancellationToken);
        DateTime ended = run.Adopted && status is not null ? status.Updated.UtcDateTime : clock.GetUtcNow().UtcDateTime;
        int step = status is null || status.State == RunState.Queued ? run.Step : Math.Max(run.Step, status.Step);
        return await Mine(db, run.Id).ExecuteUpdateAsync(
            change => change.SetProperty(row => row.State, state).SetProperty(row => row.Reason, reason).SetProperty(row => row.EndedAt, ended).SetProperty(row => row.Step, step)
                .SetProperty(row => row.Owner, (string?)null).SetProperty(row => row.LeaseExpiresAt, (DateTime?)null),
            cancellationToken) == 1;
    }

    private IQueryable<Run> Mine(AlignmentDb db, string id) =>
        db.Runs.Where(run => run.Id == id && run.Owner == me.Token && (run.State == RunState.Running || run.State == RunState.Stopping));
}

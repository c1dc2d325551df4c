using Alignment.Pipeline.Storage;
using Alignment.Shared.Runs;
using Microsoft.EntityFrameworkCore;

namespace Alignment.Pipeline.Runs.Worker;

/// <summary>
/// Whose run is whose. Every take is one update that only does something while its condition holds, so that of two workers one
/// gets the run; a lease keeps it as long as its worker is heard of.
/// </summary>
internal sealed class RunClaims(IDbContextFactory<AlignmentDb> contexts, WorkerIdentity me, RunWorkerOptions options, TimeProvider clock)
{
    private const int RenewalsPerLease = 3;

    private DateTime _renewAt;

    private DateTime Now => clock.GetUtcNow().UtcDateTime;

    /// <summary>Takes the next run whose device is free; null when there is none.</summary>
    public async Task<Run?> TakeNextAsync(CancellationToken cancellationToken)
    {
        await using AlignmentDb db = await contexts.CreateDbContextAsync(cancellationToken);
        var waiting = await db.Runs.Where(run => run.State == RunState.Queued).OrderBy(run => run.QueueOrder).Select(run => new { run.Id, run.Device }).ToListAsync(cancellationToken);
        foreach (string id in waiting.DistinctBy(run => run.Device).Select(run => run.Id))
        {
            DateTime now = Now;
            int taken = await db.Runs
                .Where(run => run.Id == id && run.State == RunState.Queued
                    && !db.Runs.Any(other => other.Device == run.Device && (other.State == RunState.Running || other.State == RunState.Stopping)))
                .ExecuteUpdateAsync(
                    change => change.SetProperty(run => run.State, RunState.Running).SetProperty(run => run.Adopted, false)
                        .SetProperty(run => run.StartedAt, now).SetProperty(run => run.EndedAt, (DateTime?)null).SetProperty(run => run.Reason, "")
                        .SetProperty(run => run.StopAskedAt, (DateTime?)null).SetProperty(run => run.StopSignalledAt, (DateTime?)null)
                        .SetProperty(run => run.ChildProcessId, (int?)null).SetProperty(run => run.ChildStartedAt, (DateTime?)null)
                        .SetProperty(run => run.Owner, me.Token).SetProperty(run => run.OwnerHost, me.Host).SetProperty(run => run.OwnerProcessId, me.Process.Id)
                        .SetProperty(run => run.OwnerStartedAt, me.Process.StartTime.UtcDateTime).SetProperty(run => run.LeaseExpiresAt, now + options.Lease),
                    cancellationToken);
            if (taken == 1)
            {
                return await db.Runs.AsNoTracking().SingleAsync(run => run.Id == id, cancellationToken);
            }
        }

        return null;
    }

    /// <summary>Takes the working runs that nobody looks after: their worker died, gave them back, or never was.</summary>
    public async Task<IReadOnlyList<Run>> TakeOverAsync(CancellationToken cancellationToken)
    {
        await using AlignmentDb db = await contexts.CreateDbContextAsync(cancellationToken);
        List<Run> others = await db.Runs.AsNoTracking()
            .Where(run => (run.State == RunState.Running || run.State == RunState.Stopping) && (run.Owner == null || run.Owner != me.Token)).ToListAsync(cancellationToken);
        List<Run> taken = [];
        foreach (Run run in others.Where(IsFree))
        {
            DateTime now = Now;
            string host = run.OwnerHost ?? me.Host; // the machine of the run's process stays what it was
            int count = await db.Runs
                .Where(row => row.Id == run.Id && row.Owner == run.Owner && row.LeaseExpiresAt == run.LeaseExpiresAt && (row.State == RunState.Running || row.State == RunState.Stopping))
                .ExecuteUpdateAsync(
                    change => change.SetProperty(row => row.Owner, me.Token).SetProperty(row => row.OwnerHost, host).SetProperty(row => row.OwnerProcessId, me.Process.Id)
                        .SetProperty(row => row.OwnerStartedAt, me.Process.StartTime.UtcDateTime).SetProperty(row => row.LeaseExpiresAt, now + options.Lease),
                    cancellationToken);
            if (count == 1)
            {
                run.OwnerHost = host;
                taken.Add(run);
            }
        }

        return taken;
    }

    /// <summary>Keeps what this worker has, when that is due.</summary>
    public async Task RenewAsync(CancellationToken cancellationToken)
    {
        if (Now < _renewAt)
        {
            return;
        }

        await using AlignmentDb db = await contexts.CreateDbContextAsync(cancellationToken);
        DateTime end = Now + options.Lease;
        await db.Runs.Where(run => run.Owner == me.Token).ExecuteUpdateAsync(change => change.SetProperty(run => run.LeaseExpiresAt, end), cancellationToken);
        _renewAt = end - (options.Lease * (RenewalsPerLease - 1) / RenewalsPerLease);
    }

    /// <summary>Gives everything back, for the next worker to take at once.</summary>
    public async Task GiveBackAsync()
    {
        await using AlignmentDb db = await contexts.CreateDbContextAsync();
        await db.Runs.Where(run => run.Owner == me.Token).ExecuteUpdateAsync(change => change.SetProperty(run => run.Owner, (string?)null).SetProperty(run => run.LeaseExpiresAt, (DateTime?)null));
    }

    // A worker of this machine is asked by its process; of another one only its lease tells.
    private bool IsFree(Run run) => run.Owner is null || run.LeaseExpiresAt < Now
        || (run.OwnerHost == me.Host && run is { OwnerProcessId: int id, OwnerStartedAt: DateTime started } && !new ProcessIdentity(id, new(started, TimeSpan.Zero)).IsAlive());
}

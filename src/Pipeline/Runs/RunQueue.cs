using Alignment.Pipeline.Runs.Start;
using Alignment.Pipeline.Storage;
using Alignment.Shared;
using Alignment.Shared.Runs;
using Microsoft.EntityFrameworkCore;

namespace Alignment.Pipeline.Runs;

/// <summary>The queue: runs that wait, in the order in which they were asked for, each for its device.</summary>
internal sealed class RunQueue(Transactions transactions, IRunEvents events, TimeProvider clock)
{
    /// <summary>The device that a run.yaml means: <c>cuda</c> is the first card.</summary>
    public static string DeviceOf(RunSpec spec) => spec.Device == "cuda" ? "cuda:0" : spec.Device;

    /// <summary>How many runs of its device are before a queued one.</summary>
    public static int Ahead(Run queued, IEnumerable<Run> all) => all.Count(run => run.Device == queued.Device
        && (run.IsActive || (run.State == RunState.Queued && run.QueueOrder < queued.QueueOrder)));

    /// <summary>Writes into a run's folder that it waits.</summary>
    public void WriteQueued(RunFolder folder)
    {
        RunStatus? last = RunStatus.Read(folder.Status);
        new RunStatus(RunState.Queued, "", last?.Step ?? 0, last?.Attempt ?? 0, 0, DateTimeOffset.UnixEpoch, clock.GetUtcNow()) { LastStep = last?.LastStep }.Write(folder.Status);
    }

    /// <summary>Adds a new run at the end.</summary>
    public Task<QueuedRun> AddAsync(Run run, CancellationToken cancellationToken) => EnqueueAsync(
        run.Id,
        (db, order, _) =>
        {
            run.QueueOrder = order;
            db.Runs.Add(run);
            return Task.CompletedTask;
        },
        cancellationToken);

    /// <summary>Puts a run that ended at the end.</summary>
    /// <exception cref="UserError">It has not ended, or is completed.</exception>
    public Task<QueuedRun> ReturnAsync(string id, string askedBy, CancellationToken cancellationToken) => EnqueueAsync(
        id,
        async (db, order, token) =>
        {
            Run run = await RunIds.GetAsync(db.Runs, id, token);
            run.State = run.State switch
            {
                RunState.Stopped or RunState.Interrupted or RunState.Failed => RunState.Queued,
                RunState.Completed => throw new UserError($"run {id} is completed: its result is the model '{id}'"),
                _ => throw new UserError($"run {id} is {run.State.ToString().ToLowerInvariant()}: it can be resumed once it has ended"),
            };
            (run.QueueOrder, run.AskedBy, run.Reason, run.Adopted) = (order, askedBy, "", false);
            (run.EndedAt, run.StopAskedAt, run.StopSignalledAt) = (null, null, null);
        },
        cancellationToken);

    private async Task<QueuedRun> EnqueueAsync(string id, Func<AlignmentDb, long, CancellationToken, Task> change, CancellationToken cancellationToken)
    {
        QueuedRun queued = await transactions.RunAsync(
            async (db, token) =>
            {
                await change(db, 1 + await db.Runs.MaxAsync(run => (long?)run.QueueOrder, token) ?? 1, token);
                await db.SaveChangesAsync(token);
                List<Run> all = await db.Runs.AsNoTracking().Where(run => run.State == RunState.Queued || run.State == RunState.Running || run.State == RunState.Stopping).ToListAsync(token);
                return new QueuedRun(id, Ahead(all.Single(run => run.Id == id), all));
            },
            cancellationToken);
        events.Publish(new(id, RunChange.State));
        return queued;
    }
}

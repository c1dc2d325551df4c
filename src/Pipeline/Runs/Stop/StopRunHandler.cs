using Alignment.Pipeline.Storage;
using Alignment.Shared;
using Alignment.Shared.Runs;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Alignment.Pipeline.Runs.Stop;

internal sealed class StopRunHandler(IDbContextFactory<AlignmentDb> contexts, IRunEvents events, DataFolder data, TimeProvider clock) : IRequestHandler<StopRun, RunState>
{
    private const string Waited = "stopped while it was waiting for its turn";

    public async Task<RunState> Handle(StopRun request, CancellationToken cancellationToken)
    {
        await using AlignmentDb db = await contexts.CreateDbContextAsync(cancellationToken);
        var folder = new RunFolder(Path.Combine(data.Runs, request.Id));
        DateTime now = clock.GetUtcNow().UtcDateTime;
        IQueryable<Run> run = db.Runs.Where(run => run.Id == request.Id);
        RunState? state = await WaitingAsync(run, now, cancellationToken) ? RunState.Stopped
            : await WorkingAsync(run, now, cancellationToken) ? RunState.Stopping
            : null;
        if (state == RunState.Stopped)
        {
            RunStatus? last = RunStatus.Read(folder.Status);
            new RunStatus(RunState.Stopped, Waited, last?.Step ?? 0, last?.Attempt ?? 0, 0, DateTimeOffset.UnixEpoch, clock.GetUtcNow()).Write(folder.Status);
        }
        else if (state == RunState.Stopping)
        {
            await File.WriteAllBytesAsync(folder.StopFile, [], cancellationToken);
        }
        else
        {
            return (await RunIds.GetAsync(db.Runs.AsNoTracking(), request.Id, cancellationToken)).State; // it ended by itself meanwhile
        }

        events.Publish(new(request.Id, RunChange.State));
        return state.Value;
    }

    private static async Task<bool> WaitingAsync(IQueryable<Run> run, DateTime now, CancellationToken cancellationToken) =>
        await run.Where(run => run.State == RunState.Queued).ExecuteUpdateAsync(
            change => change.SetProperty(run => run.State, RunState.Stopped).SetProperty(run => run.Reason, Waited).SetProperty(run => run.EndedAt, now), cancellationToken) == 1;

    private static async Task<bool> WorkingAsync(IQueryable<Run> run, DateTime now, CancellationToken cancellationToken) =>
        await run.Where(run => run.State == RunState.Running).ExecuteUpdateAsync(
            change => change.SetProperty(run => run.State, RunState.Stopping).SetProperty(run => run.StopAskedAt, now), cancellationToken) == 1;
}

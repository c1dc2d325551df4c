using System.Diagnostics;
using Alignment.Pipeline.Storage;
using Alignment.Shared;
using Alignment.Shared.Runs;
using Microsoft.EntityFrameworkCore;

namespace Alignment.Pipeline.Runs.Worker;

/// <summary>
/// Makes the rows agree with the folders under runs/: a run of the command line gets a row, one that was resumed there works
/// again, one whose folder was removed goes.
/// </summary>
internal sealed class RunAdoption(IDbContextFactory<AlignmentDb> contexts, MetricsFollower follower, IRunEvents events, RunWorkerOptions options, DataFolder data)
{
    private readonly Dictionary<string, DateTime> _seen = new(StringComparer.Ordinal);
    private long _last;

    /// <summary>Looks through the folders when that is due.</summary>
    public async Task ScanAsync(CancellationToken cancellationToken)
    {
        if (_last != 0 && Stopwatch.GetElapsedTime(_last) < options.ScanEvery)
        {
            return;
        }

        // Rows before folders: a run that is made meanwhile has its folder first, and would else be taken for one whose folder is gone.
        await using AlignmentDb db = await contexts.CreateDbContextAsync(cancellationToken);
        Dictionary<string, Run> rows = await db.Runs.AsNoTracking().ToDictionaryAsync(run => run.Id, cancellationToken);
        Dictionary<string, RunFolder> folders = Directory.Exists(data.Runs)
            ? Directory.EnumerateDirectories(data.Runs).Where(path => Path.GetFileName(path)[0] != '.').Select(path => new RunFolder(path)).ToDictionary(folder => folder.Id)
            : [];
        foreach (Run gone in rows.Values.Where(run => !folders.ContainsKey(run.Id)))
        {
            await db.Runs.Where(run => run.Id == gone.Id).ExecuteDeleteAsync(cancellationToken); // its metrics go with it
            events.Publish(new(gone.Id, RunChange.State));
        }

        foreach (RunFolder folder in folders.Values)
        {
            await LookAsync(db, folder, rows.GetValueOrDefault(folder.Id), cancellationToken);
        }

        _last = Stopwatch.GetTimestamp();
    }

    private async Task LookAsync(AlignmentDb db, RunFolder folder, Run? row, CancellationToken cancellationToken)
    {
        DateTime written = File.GetLastWriteTimeUtc(folder.Status);
        bool looksAfterItself = row is not null && (row.IsActive || row.State == RunState.Queued);
        if (looksAfterItself || (_seen.TryGetValue(folder.Id, out DateTime seen) && seen == written) || StatusOf(folder) is not { State: not RunState.Queued } status)
        {
            return; // it is watched, waits, has nothing new to say, or is just being made
        }

        bool works = status.IsActive && status.IsProcessAlive();
        if (row is null)
        {
            row = RowOf(folder, status, works);
            db.Runs.Add(row);
            await db.SaveChangesAsync(cancellationToken);
            db.ChangeTracker.Clear();
        }
        else if (works || status.Attempt > row.Attempt)
        {
            await UpdateAsync(db, row, status, works, cancellationToken);
        }

        if (!works)
        {
            while (await follower.FollowAsync(row, folder, null, cancellationToken))
            {
                cancellationToken.ThrowIfCancellationRequested();
            }

            _seen[folder.Id] = written;
        }

        events.Publish(new(row.Id, RunChange.State));
    }

    // A run that works belongs to nobody yet: the next round of some worker takes it.
    private static async Task UpdateAsync(AlignmentDb db, Run row, RunStatus status, bool works, CancellationToken cancellationToken)
    {
        RunState state = works ? status.State : status.Observed();
        (string reason, DateTime? ended) = (works ? "" : ReasonOf(status), works ? null : status.Updated.UtcDateTime);
        await db.Runs.Where(run => run.Id == row.Id && run.State == row.State && run.Owner == null).ExecuteUpdateAsync(
            change => change.SetProperty(run => run.State, state).SetProperty(run => run.Reason, reason).SetProperty(run => run.Attempt, status.Attempt).SetProperty(run => run.Adopted, true)
                .SetProperty(run => run.StartedAt, status.StartTime.UtcDateTime).SetProperty(run => run.EndedAt, ended).SetProperty(run => run.StopAskedAt, (DateTime?)null)
                .SetProperty(run => run.StopSignalledAt, (DateTime?)null).SetProperty(run => run.OwnerHost, (string?)null)
                .SetProperty(run => run.ChildProcessId, status.ProcessId).SetProperty(run => run.ChildStartedAt, status.StartTime.UtcDateTime),
            cancellationToken);
    }

    private static Run RowOf(RunFolder folder, RunStatus status, bool works)
    {
        RunSpec? spec = SpecOf(folder);
        DateTime started = status.StartTime.UtcDateTime;
        return new()
        {
            Id = folder.Id,
            Trainer = spec?.Trainer ?? "unknown",
            Model = spec?.Model ?? "",
            Data = spec?.Data ?? "",
            Device = spec is null ? "unknown" : RunQueue.DeviceOf(spec),
            State = works ? status.State : status.Observed(),
            Reason = works ? "" : ReasonOf(status),
            Step = status.Step,
            LastStep = status.LastStep,
            Attempt = status.Attempt,
            Adopted = true,
            CreatedAt = Directory.GetCreationTimeUtc(folder.Root),
            StartedAt = started,
            EndedAt = works ? null : status.Updated.UtcDateTime,
            ChildProcessId = status.ProcessId,
            ChildStartedAt = started,
        };
    }

    private static string ReasonOf(RunStatus status) => status.Observed() == RunState.Interrupted && status.Reason.Length == 0 ? "its process is gone, and nobody saw how it ended" : status.Reason;

    private static RunStatus? StatusOf(RunFolder folder)
    {
        try
        {
            return RunStatus.Read(folder.Status);
        }
        catch (UserError)
        {
            return null; // not a run's folder, or damaged: there is nothing to show of it
        }
    }

    private static RunSpec? SpecOf(RunFolder folder)
    {
        try
        {
            return RunSpecYaml.Load(File.Exists(folder.ResolvedYaml) ? folder.ResolvedYaml : folder.RunYaml);
        }
        catch (UserError)
        {
            return null; // another version wrote it: the run is listed all the same
        }
    }
}

using Alignment.Shared.Runs;

namespace Alignment.Pipeline.Runs.List;

/// <summary>Runs as lists show them.</summary>
internal static class RunSummaries
{
    /// <summary>The summary of a run among all that wait or work.</summary>
    public static RunSummary Of(Run run, IEnumerable<Run> all) => new(
        run.Id, run.Trainer, run.Model, run.Data, run.Device, run.State, run.Reason, Progress(run), run.Attempt,
        run.State == RunState.Queued ? RunQueue.Ahead(run, all) : null,
        run.AskedBy, run.CreatedAt, run.StartedAt, run.EndedAt);

    private static RunProgress Progress(Run run)
    {
        double? share = run.State == RunState.Completed ? 1 : run.LastStep is > 0 and int last ? Math.Min(1, (double)run.Step / last) : null;
        TimeSpan? left = run.IsActive && run is { LastStep: int end, SecondsPerStep: double pace } ? TimeSpan.FromSeconds(Math.Min(TimeSpan.MaxValue.TotalSeconds / 2, pace * Math.Max(0, end - run.Step))) : null;
        return new(run.Step, run.LastStep, share, left);
    }
}

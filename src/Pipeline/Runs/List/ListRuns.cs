using Alignment.Pipeline.People;
using Alignment.Shared.Runs;
using MediatR;

namespace Alignment.Pipeline.Runs.List;

/// <summary>All runs, newest first.</summary>
[Needs(Role.Engineer)]
public sealed record ListRuns : IRequest<IReadOnlyList<RunSummary>>;

/// <summary>A run in a list.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Trainer">The trainer.</param>
/// <param name="Model">The model that it starts from, as its run.yaml names it.</param>
/// <param name="Data">Its rows, as its run.yaml names them.</param>
/// <param name="Device">Where it trains.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Reason">Why it stands there; may be empty.</param>
/// <param name="Progress">How far it is.</param>
/// <param name="Attempt">1 for the first start, one more at each resume; 0 before.</param>
/// <param name="Ahead">Of a queued run, how many of its device are before it; else null.</param>
/// <param name="AskedBy">Who asked for it; null when it was started on a command line.</param>
/// <param name="CreatedAt">When it was asked for (UTC).</param>
/// <param name="StartedAt">When its last attempt started (UTC).</param>
/// <param name="EndedAt">When its last attempt ended (UTC).</param>
public sealed record RunSummary(
    string Id,
    string Trainer,
    string Model,
    string Data,
    string Device,
    RunState State,
    string Reason,
    RunProgress Progress,
    int Attempt,
    int? Ahead,
    string? AskedBy,
    DateTime CreatedAt,
    DateTime? StartedAt,
    DateTime? EndedAt)
{
    /// <summary>True when it can be stopped.</summary>
    public bool CanStop => State is RunState.Queued or RunState.Running;

    /// <summary>True when it can be put into the queue again.</summary>
    public bool CanResume => State is RunState.Stopped or RunState.Interrupted or RunState.Failed;
}

/// <summary>How far a run is.</summary>
/// <param name="Step">The last step that was seen.</param>
/// <param name="LastStep">The step that ends it; null where that is not known.</param>
/// <param name="Share">0 to 1; null where the last step is not known.</param>
/// <param name="Left">The time left at its pace of late; null where that is not known.</param>
public sealed record RunProgress(int Step, int? LastStep, double? Share, TimeSpan? Left);

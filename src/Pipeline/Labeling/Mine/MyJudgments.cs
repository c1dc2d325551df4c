using Alignment.Pipeline.People;
using MediatR;

namespace Alignment.Pipeline.Labeling.Mine;

/// <summary>What a person said last about each item that it judged, skipped or flagged; newest first.</summary>
/// <param name="AnnotatorId">The person.</param>
[Needs(Role.Annotator)]
public sealed record MyJudgments(string AnnotatorId) : IRequest<JudgmentPage>
{
    /// <summary>Only those older than this judgment: where the page before ended; null for the first page.</summary>
    public long? Before { get; init; }

    /// <summary>How many at most.</summary>
    public int Count { get; init; } = 25;

    /// <summary>Only this project's; all when null.</summary>
    public string? Project { get; init; }
}

/// <summary>One page of a person's judgments.</summary>
/// <param name="Judgments">Newest first.</param>
/// <param name="Older">What <see cref="MyJudgments.Before"/> is on the next page; null on the last.</param>
public sealed record JudgmentPage(IReadOnlyList<OwnJudgment> Judgments, long? Older);

/// <summary>What a person said last about an item.</summary>
/// <param name="JudgmentId">The judgment.</param>
/// <param name="Project">The project of the item.</param>
/// <param name="Kind">About two answers or one.</param>
/// <param name="Verdict">About the stored answers A and B.</param>
/// <param name="Order">In which order the person saw them; null for a single answer.</param>
/// <param name="Asked">The beginning of the last turn before the answers.</param>
public sealed record OwnJudgment(long JudgmentId, string Project, JudgmentKind Kind, string Verdict, ShownOrder? Order, string Asked)
{
    /// <summary>The person's remark.</summary>
    public required string? Comment { get; init; }

    /// <summary>True when every place was taken: it is kept, but it counts nowhere.</summary>
    public required bool Surplus { get; init; }

    /// <summary>When it was said (UTC).</summary>
    public required DateTime MadeAt { get; init; }

    /// <summary>Until when it may be changed (UTC).</summary>
    public required DateTime ChangeUntil { get; init; }

    /// <summary>Whether it may be changed now.</summary>
    public required bool CanChange { get; init; }
}

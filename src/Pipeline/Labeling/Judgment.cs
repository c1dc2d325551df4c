using Alignment.Pipeline.Items;
using Alignment.Shared.Preferences;

namespace Alignment.Pipeline.Labeling;

/// <summary>
/// What somebody said about an item once (contracts, section 2). Append-only: a change of mind is a new row that
/// <see cref="RevisesId">revises</see> the old one, and the last revision counts.
/// </summary>
public sealed class Judgment
{
    /// <summary>The database's key; grows with time.</summary>
    public long Id { get; init; }

    /// <summary>The item judged.</summary>
    public required long ItemId { get; init; }

    /// <summary>The item judged.</summary>
    public Item? Item { get; init; }

    /// <summary>About two answers or one.</summary>
    public required JudgmentKind Kind { get; init; }

    /// <summary>One of <see cref="Verdicts"/>, always about the stored A and B; null where <see cref="Score"/> stands instead.</summary>
    public string? Verdict { get; init; }

    /// <summary>Probability that A is better, in [0, 1]; only from judges.</summary>
    public double? P { get; init; }

    /// <summary>1 to 10 instead of a verdict; only from judges of single answers.</summary>
    public int? Score { get; init; }

    /// <summary>Who made it.</summary>
    public required LabelerKind LabelerKind { get; init; }

    /// <summary>The person's, judge's or import's id.</summary>
    public required string LabelerId { get; init; }

    /// <summary>The judge's version; null where there are none.</summary>
    public string? LabelerVersion { get; init; }

    /// <summary>The order in which a pair was seen; null for single answers and where an import does not know it.</summary>
    public ShownOrder? OrderShown { get; init; }

    /// <summary>Milliseconds of attention; null where nobody measured.</summary>
    public long? ActiveMilliseconds { get; init; }

    /// <summary>A remark of the labeler.</summary>
    public string? Comment { get; init; }

    /// <summary>It came when every place of its item was taken: kept, but it counts nowhere.</summary>
    public bool Surplus { get; init; }

    /// <summary>Sent by the maker, unique: the same judgment delivered twice is stored once.</summary>
    public required string IdempotencyKey { get; init; }

    /// <summary>The judgment that this one replaces.</summary>
    public long? RevisesId { get; init; }

    /// <summary>The judgment that this one replaces.</summary>
    public Judgment? Revises { get; init; }

    /// <summary>When it was made (UTC).</summary>
    public required DateTime CreatedAt { get; init; }
}

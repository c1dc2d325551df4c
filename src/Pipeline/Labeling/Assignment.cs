using Alignment.Pipeline.Items;

namespace Alignment.Pipeline.Labeling;

/// <summary>
/// One person's work on one item: leased for a short time, then judged. There is one row per person and item, whatever
/// happens, so that nobody gets an item twice.
/// </summary>
public sealed class Assignment
{
    /// <summary>How long a lease lives without a heartbeat.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromMinutes(2);

    /// <summary>The database's key.</summary>
    public long Id { get; init; }

    /// <summary>The item.</summary>
    public required long ItemId { get; init; }

    /// <summary>The item.</summary>
    public Item? Item { get; init; }

    /// <summary>The person.</summary>
    public required string AnnotatorId { get; init; }

    /// <summary>What a submit shows to prove that the item was given to its sender (<see cref="LeaseToken"/>).</summary>
    public required string Token { get; init; }

    /// <summary>In which order a pair is shown to this person; null for a single answer.</summary>
    public required ShownOrder? Order { get; init; }

    /// <summary>How far it is.</summary>
    public required AssignmentState State { get; set; }

    /// <summary>Until then an open item is kept for this person (UTC).</summary>
    public required DateTime ExpiresAt { get; set; }

    /// <summary>The person's last judgment of the item; null before the first.</summary>
    public long? JudgmentId { get; set; }

    /// <summary>The person's last judgment of the item.</summary>
    public Judgment? Judgment { get; init; }

    /// <summary>The item's answers in the order shown to the person; a single answer has no second.</summary>
    internal (string First, string? Second) Answers() => Order == ShownOrder.BA ? (Item!.AnswerB!, Item.AnswerA) : (Item!.AnswerA!, Item.AnswerB);
}

/// <summary>How far a person is with an item.</summary>
public enum AssignmentState
{
    /// <summary>Given out; not judged, or the judgment was undone.</summary>
    Open,

    /// <summary>Judged, in a place of the overlap.</summary>
    Judged,

    /// <summary>Judged when every place was taken.</summary>
    Surplus,

    /// <summary>Skipped or flagged: takes no place and does not come again.</summary>
    Passed,
}

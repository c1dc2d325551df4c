using Alignment.Pipeline.People;
using MediatR;

namespace Alignment.Pipeline.Labeling.Submit;

/// <summary>
/// A person's judgment of a leased item. Of an item that it judged before this is a revision. The same key sent again
/// stores nothing and gives the first answer.
/// </summary>
/// <param name="AnnotatorId">The person.</param>
/// <param name="Token">The lease's token.</param>
/// <param name="IdempotencyKey">Made by the sender, once per key press.</param>
/// <param name="Verdict">About the stored answers A and B, never about the sides of a screen.</param>
[Needs(Role.Annotator)]
public sealed record SubmitJudgment(string AnnotatorId, string Token, string IdempotencyKey, string Verdict) : IRequest<Submitted>
{
    /// <summary>A remark; a flag needs one.</summary>
    public string? Comment { get; init; }

    /// <summary>Milliseconds of attention.</summary>
    public long? ActiveMilliseconds { get; init; }
}

/// <summary>A judgment that is stored.</summary>
/// <param name="JudgmentId">Its id.</param>
/// <param name="ItemId">Its item.</param>
/// <param name="Surplus">True when every place was taken: it is kept, but it counts nowhere.</param>
/// <param name="Repeated">True when the same key was stored before.</param>
public sealed record Submitted(long JudgmentId, long ItemId, bool Surplus, bool Repeated);

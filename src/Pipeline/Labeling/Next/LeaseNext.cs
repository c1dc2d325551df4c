using Alignment.Pipeline.People;
using Alignment.Shared.Preferences;
using MediatR;

namespace Alignment.Pipeline.Labeling.Next;

/// <summary>
/// The next items for a person to judge: those that are open to it already, then others that have a free place and that it
/// never had. All are leased to it.
/// </summary>
/// <param name="Project">The project's name.</param>
/// <param name="AnnotatorId">The person.</param>
/// <param name="Count">How many at most; more than one, so that the next one is there when the first is done.</param>
[Needs(Role.Annotator)]
public sealed record LeaseNext(string Project, string AnnotatorId, int Count = 2) : IRequest<IReadOnlyList<LeasedItem>>
{
    /// <summary>Only comparisons or only ratings; both when null.</summary>
    public JudgmentKind? Kind { get; init; }
}

/// <summary>An item as the person sees it: answers in the order shown to it, without any model's name.</summary>
/// <param name="Token">Goes back with the judgment.</param>
/// <param name="ItemId">The item's id.</param>
/// <param name="Kind">A comparison or a rating.</param>
/// <param name="Prompt">The conversation before the answers.</param>
/// <param name="First">The answer on the left, or the only one.</param>
/// <param name="Second">The answer on the right; null for a rating.</param>
/// <param name="Order">Which stored answer stands first; null for a rating.</param>
/// <param name="ExpiresAt">The lease's end without a heartbeat (UTC).</param>
public sealed record LeasedItem(
    string Token, long ItemId, JudgmentKind Kind, IReadOnlyList<Message> Prompt, string First, string? Second, ShownOrder? Order, DateTime ExpiresAt);

using Alignment.Pipeline.Items;
using Alignment.Pipeline.Labeling;
using Alignment.Shared.Preferences;

namespace Alignment.Pipeline.Datasets.Freeze;

/// <summary>An item with the judgments that count.</summary>
internal sealed record LabeledItem(Item Item, IReadOnlyList<Judgment> Current)
{
    private const int IdDigits = 16;

    /// <summary>The item's id in snapshots: of its content, so that the same content has it in every database.</summary>
    public string RowId => Item.ContentHash[..IdDigits];

    /// <summary>The pair's verdicts, aggregated.</summary>
    public PairOutcome Pair => Aggregation.OfPair(Current);

    /// <summary>An answer as the one assistant turn that it is.</summary>
    public static IReadOnlyList<Message> Turn(string answer) => [new Message(Roles.Assistant, answer)];
}

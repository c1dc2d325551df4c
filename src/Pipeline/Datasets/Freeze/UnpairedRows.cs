using Alignment.Pipeline.Items;
using Alignment.Shared.Preferences;

namespace Alignment.Pipeline.Datasets.Freeze;

/// <summary>Single answers with the majority's thumb; on request also the sides of pairs.</summary>
internal sealed class UnpairedRows(bool fromPairs, bool bothBadAsNegatives) : IRowMaker
{
    private readonly Contradictions _contradictions = new();

    public IReadOnlyCollection<ItemKind> ItemKinds { get; } = fromPairs || bothBadAsNegatives ? [ItemKind.Single, ItemKind.Pair] : [ItemKind.Single];

    public bool LooksFirst => fromPairs;

    public void Look(LabeledItem item)
    {
        if (item.Item.Kind == ItemKind.Pair)
        {
            _contradictions.Look(item);
        }
    }

    public Made Make(LabeledItem item) => item.Item.Kind == ItemKind.Pair ? OfPair(item) : OfSingle(item);

    private static Made OfSingle(LabeledItem item)
    {
        SingleOutcome outcome = Aggregation.OfSingle(item.Current);
        return outcome.Votes == 0 ? Made.None(LeftOutReasons.Unlabeled)
            : outcome.Label is not { } label ? Made.None(LeftOutReasons.Ties)
            : Made.Of(item.Item.Prompt, Row(item, item.RowId, item.Item.AnswerA!, label, outcome.Votes, outcome.Source));
    }

    private Made OfPair(LabeledItem item)
    {
        PairOutcome outcome = item.Pair;
        if (outcome.Winner == PairWinner.BothBad && bothBadAsNegatives && item.Item.AnswerA != item.Item.AnswerB)
        {
            return Made.Of(item.Item.Prompt, Row(item, "a", item.Item.AnswerA!, false, outcome), Row(item, "b", item.Item.AnswerB!, false, outcome));
        }

        string? reason = _contradictions.LeftOut(item, outcome) ?? (fromPairs ? null : LeftOutReasons.WonPairs);
        bool a = outcome.Winner == PairWinner.A;
        return reason is not null
            ? Made.None(reason)
            : Made.Of(item.Item.Prompt, Row(item, "a", item.Item.AnswerA!, a, outcome), Row(item, "b", item.Item.AnswerB!, !a, outcome));
    }

    private static UnpairedRow Row(LabeledItem item, string side, string answer, bool label, PairOutcome outcome) =>
        Row(item, $"{item.RowId}-{side}", answer, label, outcome.Votes, outcome.Source);

    private static UnpairedRow Row(LabeledItem item, string id, string answer, bool label, int votes, string source) =>
        new(item.Item.Prompt, LabeledItem.Turn(answer), label, id, item.Item.PromptId, votes, source);
}

using Alignment.Pipeline.Items;
using Alignment.Shared.Preferences;

namespace Alignment.Pipeline.Datasets.Freeze;

/// <summary>Pairs that one side won.</summary>
internal sealed class PreferenceRows : IRowMaker
{
    private readonly Contradictions _contradictions = new();

    public IReadOnlyCollection<ItemKind> ItemKinds => [ItemKind.Pair];

    public bool LooksFirst => true;

    public void Look(LabeledItem item) => _contradictions.Look(item);

    public Made Make(LabeledItem item)
    {
        PairOutcome outcome = item.Pair;
        if (_contradictions.LeftOut(item, outcome) is { } reason)
        {
            return Made.None(reason);
        }

        (string chosen, string rejected) = outcome.Winner == PairWinner.A
            ? (item.Item.AnswerA!, item.Item.AnswerB!)
            : (item.Item.AnswerB!, item.Item.AnswerA!);
        return Made.Of(item.Item.Prompt, new PreferenceRow(
            item.Item.Prompt,
            LabeledItem.Turn(chosen),
            LabeledItem.Turn(rejected),
            item.RowId,
            item.Item.PromptId,
            outcome.Strength,
            outcome.P,
            outcome.Votes,
            outcome.Source));
    }
}

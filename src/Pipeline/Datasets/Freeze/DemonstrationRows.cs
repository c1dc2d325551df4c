using Alignment.Pipeline.Items;
using Alignment.Shared.Preferences;

namespace Alignment.Pipeline.Datasets.Freeze;

/// <summary>Conversations to learn from.</summary>
internal sealed class DemonstrationRows : IRowMaker
{
    public IReadOnlyCollection<ItemKind> ItemKinds => [ItemKind.Demonstration];

    public bool LooksFirst => false;

    public void Look(LabeledItem item)
    {
    }

    public Made Make(LabeledItem item) =>
        Made.Of(item.Item.Prompt, new DemonstrationRow([.. item.Item.Prompt, .. LabeledItem.Turn(item.Item.AnswerA!)], item.RowId, item.Item.PromptId));
}

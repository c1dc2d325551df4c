using Alignment.Pipeline.Items;
using Alignment.Shared.Preferences;

namespace Alignment.Pipeline.Datasets.Freeze;

/// <summary>Running text.</summary>
internal sealed class TextRows : IRowMaker
{
    public IReadOnlyCollection<ItemKind> ItemKinds => [ItemKind.Text];

    public bool LooksFirst => false;

    public void Look(LabeledItem item)
    {
    }

    public Made Make(LabeledItem item) => Made.Of(item.Item.AnswerA!, new TextRow(item.Item.AnswerA!, item.RowId));
}

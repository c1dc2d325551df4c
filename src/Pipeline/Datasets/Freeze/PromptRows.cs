using Alignment.Pipeline.Items;
using Alignment.Shared.Preferences;

namespace Alignment.Pipeline.Datasets.Freeze;

/// <summary>Every prompt of the project once, whether it stands alone or has answers.</summary>
internal sealed class PromptRows : IRowMaker
{
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);

    public IReadOnlyCollection<ItemKind> ItemKinds => [ItemKind.Prompt, ItemKind.Pair, ItemKind.Single, ItemKind.Demonstration];

    public bool LooksFirst => false;

    public void Look(LabeledItem item)
    {
    }

    public Made Make(LabeledItem item) => _seen.Add(item.Item.PromptId)
        ? Made.Of(item.Item.Prompt, new PromptRow(item.Item.Prompt, item.RowId, item.Item.PromptId))
        : Made.None(LeftOutReasons.RepeatedPrompts);
}

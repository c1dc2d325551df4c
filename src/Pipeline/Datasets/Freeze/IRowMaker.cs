using Alignment.Pipeline.Items;
using Alignment.Shared.Preferences;

namespace Alignment.Pipeline.Datasets.Freeze;

/// <summary>Makes the rows of one kind of snapshot.</summary>
internal interface IRowMaker
{
    /// <summary>The items that it is made of.</summary>
    IReadOnlyCollection<ItemKind> ItemKinds { get; }

    /// <summary>True when every item must be <see cref="Look">seen</see> before the first row is made.</summary>
    bool LooksFirst { get; }

    /// <summary>Remembers what later rows depend on.</summary>
    void Look(LabeledItem item);

    /// <summary>The rows of an item, or why there are none.</summary>
    Made Make(LabeledItem item);
}

/// <summary>The rows of an item with the conversation (or text) that decides their split, or the reason for none.</summary>
internal sealed record Made(IReadOnlyList<IRow> Rows, Func<double, bool> IsTest, string? LeftOut)
{
    public static Made Of(IReadOnlyList<Message> prompt, params IReadOnlyList<IRow> rows) => new(rows, share => PromptIdentity.IsTest(prompt, share), null);

    public static Made Of(string text, IRow row) => new([row], share => PromptIdentity.IsTest(text, share), null);

    public static Made None(string reason) => new([], _ => false, reason);
}

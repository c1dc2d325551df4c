namespace Alignment.Pipeline.Items.Import.Formats;

/// <summary><c>text</c>: running text without roles.</summary>
internal sealed class TextFormat : IRowFormat
{
    public string Name => "plain text";

    public IReadOnlySet<string> Keys { get; } = new HashSet<string> { "text" };

    public bool Claims(RowFields row) => row.Has("text");

    public IEnumerable<ItemDraft> Read(RowFields row, PairRule pairs, ICollection<string> notes)
    {
        yield return new(ItemKind.Text, [], row.Text("text"), null, null);
    }
}

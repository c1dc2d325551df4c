using Alignment.Shared.Preferences;

namespace Alignment.Pipeline.Items.Import.Formats;

/// <summary><c>messages</c> that end in an assistant turn worth imitating: turns, or a transcript.</summary>
internal sealed class DemonstrationFormat : IRowFormat
{
    public string Name => "demonstrations";

    public IReadOnlySet<string> Keys { get; } = new HashSet<string> { "messages", "system" };

    public bool Claims(RowFields row) => row.Has("messages") && !row.Has("label") && !row.Has("chosen") && !row.Has("rejected");

    public IEnumerable<ItemDraft> Read(RowFields row, PairRule pairs, ICollection<string> notes)
    {
        (IReadOnlyList<Message> prompt, string answer) = Turns.Last(row.Side("messages"));
        yield return new(ItemKind.Demonstration, row.WithSystem(prompt), answer, null, null);
    }
}

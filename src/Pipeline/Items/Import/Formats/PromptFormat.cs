namespace Alignment.Pipeline.Items.Import.Formats;

/// <summary><c>prompt</c> alone: a text, turns, or a transcript.</summary>
internal sealed class PromptFormat : IRowFormat
{
    public string Name => "prompts";

    public IReadOnlySet<string> Keys { get; } = new HashSet<string> { "prompt", "system" };

    // Every other layout has a prompt too: Layouts asks this one last.
    public bool Claims(RowFields row) => row.Has("prompt");

    public IEnumerable<ItemDraft> Read(RowFields row, PairRule pairs, ICollection<string> notes)
    {
        yield return new(ItemKind.Prompt, row.Prompt(), null, null, null);
    }
}

namespace Alignment.Pipeline.Projects;

/// <summary>A named collection of items; nothing is shared between projects except the split of the snapshots.</summary>
public sealed class Project
{
    /// <summary>The longest allowed name, in characters.</summary>
    public const int NameLength = 100;

    /// <summary>The database's key.</summary>
    public int Id { get; init; }

    /// <summary>The name by which people and command lines call it; unique, letters, digits, '.', '_' and '-'.</summary>
    public required string Name { get; init; }

    /// <summary>When it was made (UTC).</summary>
    public required DateTime CreatedAt { get; init; }

    /// <summary>How many people judge each item.</summary>
    public int Overlap { get; set; } = 1;

    /// <summary>What annotators are asked to go by, in Markdown; null without.</summary>
    public string? Guidelines { get; set; }

    /// <summary>Shown before the first item to whoever labels here; null without.</summary>
    public string? ContentWarning { get; set; }

    /// <summary>Its items.</summary>
    public ICollection<Items.Item> Items { get; } = [];
}

using Alignment.Shared.Preferences;

namespace Alignment.Shared.Snapshots;

/// <summary>What the rows of a snapshot are; its JSON name is the lower-cased word.</summary>
public enum SnapshotKind
{
    /// <summary>Comparisons (<see cref="PreferenceRow"/>).</summary>
    Preference,

    /// <summary>Single answers with a label (<see cref="UnpairedRow"/>).</summary>
    Unpaired,

    /// <summary>Prompts without an answer (<see cref="PromptRow"/>).</summary>
    Prompt,

    /// <summary>Conversations to learn from (<see cref="DemonstrationRow"/>).</summary>
    Demonstration,

    /// <summary>Plain text (<see cref="TextRow"/>).</summary>
    Text,
}

/// <summary>The two files of a snapshot.</summary>
public enum SnapshotSplit
{
    /// <summary>Rows to train on.</summary>
    Train,

    /// <summary>Held-out rows.</summary>
    Test,
}

/// <summary>Names and row types of the kinds.</summary>
public static class SnapshotKinds
{
    /// <summary>The kinds' names, for messages and help.</summary>
    public static string All { get; } = string.Join(", ", Enum.GetValues<SnapshotKind>().Select(Name));

    /// <summary>The name in manifests and on command lines.</summary>
    public static string Name(this SnapshotKind kind) => kind.ToString().ToLowerInvariant();

    /// <summary>The kind of a name; null when there is none.</summary>
    public static SnapshotKind? Find(string name) =>
        Enum.GetValues<SnapshotKind>().Where(kind => kind.Name() == name).Select(kind => (SnapshotKind?)kind).FirstOrDefault();

    /// <summary>The row type of a kind.</summary>
    public static Type RowType(this SnapshotKind kind) => kind switch
    {
        SnapshotKind.Preference => typeof(PreferenceRow),
        SnapshotKind.Unpaired => typeof(UnpairedRow),
        SnapshotKind.Prompt => typeof(PromptRow),
        SnapshotKind.Demonstration => typeof(DemonstrationRow),
        SnapshotKind.Text => typeof(TextRow),
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    /// <summary>The file of a split.</summary>
    public static string FileName(this SnapshotSplit split) => split switch
    {
        SnapshotSplit.Train => "train.jsonl",
        SnapshotSplit.Test => "test.jsonl",
        _ => throw new ArgumentOutOfRangeException(nameof(split)),
    };
}

namespace Alignment.Pipeline.Items.Import;

/// <summary>What an import did. Every row is counted once: <c>Rows = Imported + AlreadyThere + Rejected</c>.</summary>
/// <param name="Project">The project's name.</param>
/// <param name="File">The file's name.</param>
/// <param name="Rows">Rows of the file; empty lines are none.</param>
/// <param name="Imported">Rows that added an item or a label.</param>
/// <param name="AlreadyThere">Rows that added nothing, because an earlier row or import had all of it.</param>
/// <param name="Rejected">Rows that cannot be imported.</param>
/// <param name="ItemsAdded">Items made, by kind.</param>
/// <param name="LabelsAdded">Judgments made.</param>
/// <param name="RejectedByRule">Rows that cannot be imported, by the rule that they break.</param>
/// <param name="Notes">Rows that were taken but are worth a look, by note.</param>
/// <param name="ExtraKeys">Keys that no layout reads and how many rows have them; they are kept with the items.</param>
public sealed record ImportResult(
    string Project,
    string File,
    long Rows,
    long Imported,
    long AlreadyThere,
    long Rejected,
    IReadOnlyDictionary<string, long> ItemsAdded,
    long LabelsAdded,
    IReadOnlyDictionary<string, long> RejectedByRule,
    IReadOnlyDictionary<string, RowNote> Notes,
    IReadOnlyDictionary<string, long> ExtraKeys);

/// <summary>A note and where it applies.</summary>
/// <param name="Rows">How many rows.</param>
/// <param name="FirstLines">The line numbers of the first of them.</param>
public sealed record RowNote(long Rows, IReadOnlyList<long> FirstLines);

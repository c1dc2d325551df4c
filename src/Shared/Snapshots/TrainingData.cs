using Alignment.Shared.Preferences;

namespace Alignment.Shared.Snapshots;

/// <summary>What <c>data:</c> of a run.yaml names: a snapshot, or a bare rows.jsonl.</summary>
public abstract class TrainingData
{
    /// <summary>The snapshot's folder or the file.</summary>
    public abstract string Path { get; }

    /// <summary>What the rows are.</summary>
    public abstract SnapshotKind Kind { get; }

    /// <summary>The hash that names the whole content.</summary>
    public abstract string Sha256 { get; }

    /// <summary>The number of rows of a split; a bare file has no test rows.</summary>
    public abstract int Count(SnapshotSplit split);

    /// <summary>The rows of a split in file order, streamed.</summary>
    /// <exception cref="UserError">A row is damaged; the message names file and line.</exception>
    public abstract IEnumerable<TrainingRow> Rows(SnapshotSplit split);

    /// <summary>Opens a snapshot's folder (verifying its hashes) or a rows.jsonl.</summary>
    public static TrainingData Open(string path) => throw new NotImplementedException();

    /// <summary>
    /// Finds what <c>data:</c> names: a path relative to the run.yaml's folder, else a snapshot's id in the data folder.
    /// </summary>
    /// <param name="value">The value as written.</param>
    /// <param name="baseFolder">The folder of the run.yaml.</param>
    /// <param name="data">The data folder.</param>
    /// <exception cref="UserError">Neither exists.</exception>
    public static TrainingData Resolve(string value, string baseFolder, DataFolder data) => throw new NotImplementedException();
}

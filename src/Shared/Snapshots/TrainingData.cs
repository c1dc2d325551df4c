using Alignment.Shared.Preferences;

namespace Alignment.Shared.Snapshots;

/// <summary>What <c>data:</c> of a run.yaml names: a snapshot, or a bare rows.jsonl in one of TRL's layouts.</summary>
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

    /// <summary>Opens a snapshot's folder (verifying its hashes) or a rows.jsonl (reading it once to check and hash it).</summary>
    /// <exception cref="UserError">There is no such data, or it is damaged.</exception>
    public static TrainingData Open(string path) => Directory.Exists(path) ? new SnapshotTrainingData(SnapshotReader.Open(path))
        : File.Exists(path) ? RowsFile.Open(path)
        : throw new UserError($"{path} is neither a snapshot's folder nor a file with rows");

    /// <summary>
    /// Finds what <c>data:</c> names: a folder or file relative to the run.yaml, else a snapshot's id in the data folder.
    /// </summary>
    /// <param name="value">The value as written.</param>
    /// <param name="baseFolder">The folder of the run.yaml.</param>
    /// <param name="data">The data folder.</param>
    /// <returns>The full path.</returns>
    /// <exception cref="UserError">Neither exists.</exception>
    public static string Resolve(string value, string baseFolder, DataFolder data)
    {
        string relative = System.IO.Path.GetFullPath(value, System.IO.Path.GetFullPath(baseFolder));
        if (File.Exists(relative) || SnapshotReader.IsSnapshot(relative))
        {
            return relative;
        }

        string snapshot = System.IO.Path.Combine(data.Snapshots, value);
        bool isId = value == System.IO.Path.GetFileName(value) && value is not ("" or "." or "..");
        return isId && SnapshotReader.IsSnapshot(snapshot) ? snapshot
            : throw new UserError($"data '{value}' is neither a snapshot's folder nor a rows.jsonl at {relative}, nor a snapshot's id in {data.Snapshots}; list the snapshots with 'pipeline datasets list'");
    }
}

/// <summary>A snapshot's rows as training rows.</summary>
internal sealed class SnapshotTrainingData(SnapshotReader reader) : TrainingData
{
    public override string Path => reader.Folder;

    public override SnapshotKind Kind => reader.Manifest.Kind;

    public override string Sha256 => reader.Sha256;

    public override int Count(SnapshotSplit split) => reader.Manifest.Rows(split);

    public override IEnumerable<TrainingRow> Rows(SnapshotSplit split) => reader.Rows(split).Select((row, index) => ToTraining(row, index + 1));

    private static TrainingRow ToTraining(IRow row, int line) => row switch
    {
        PreferenceRow pair => new PairTrainingRow(pair.Id, line, Passage.Of(pair.Prompt), Passage.Of(pair.Chosen), Passage.Of(pair.Rejected)),
        UnpairedRow single => new CompletionTrainingRow(single.Id, line, Passage.Of(single.Prompt), Passage.Of(single.Completion), single.Label),
        PromptRow prompt => new PromptTrainingRow(prompt.Id, line, Passage.Of(prompt.Prompt)),
        DemonstrationRow demonstration => new ConversationTrainingRow(demonstration.Id, line, demonstration.Messages),
        TextRow text => new TextTrainingRow(text.Id, line, text.Text),
        _ => throw new ArgumentException($"{row.GetType()} is no row type", nameof(row)),
    };
}

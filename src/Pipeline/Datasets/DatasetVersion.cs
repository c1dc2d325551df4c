using Alignment.Pipeline.Projects;

namespace Alignment.Pipeline.Datasets;

/// <summary>One frozen snapshot of a project: the row of which <c>snapshots/&lt;id&gt;/</c> is the content.</summary>
public sealed class DatasetVersion
{
    /// <summary>The snapshot's id, which is also its folder's name.</summary>
    public required string Id { get; init; }

    /// <summary>The project that it was made of.</summary>
    public required int ProjectId { get; init; }

    /// <summary>The project that it was made of.</summary>
    public Project? Project { get; init; }

    /// <summary>The snapshot's kind: preference, unpaired, prompt, demonstration or text.</summary>
    public required string Kind { get; init; }

    /// <summary>Rows in train.jsonl.</summary>
    public required int TrainRows { get; init; }

    /// <summary>Rows in test.jsonl.</summary>
    public required int TestRows { get; init; }

    /// <summary>SHA-256 over both files, lower-case hex: the same content has the same hash.</summary>
    public required string ContentHash { get; init; }

    /// <summary>The options of the freeze: a JSON object. What was left out stands in the manifest.</summary>
    public required string Aggregation { get; init; }

    /// <summary>The newest judgment of the database when it was frozen; later ones are not in it.</summary>
    public required long LastJudgmentId { get; init; }

    /// <summary>When it was frozen (UTC).</summary>
    public required DateTime CreatedAt { get; init; }
}

namespace Alignment.Pipeline.Runs;

/// <summary>
/// One line of a run's metrics.jsonl, whole and as it was written. One row a line, not one a value: a chart of 10,000 steps reads
/// 10,000 rows in one range instead of 200,000, a step costs one insert whatever it measures, and a metric that is new tomorrow
/// needs no column. The line's place in the file is half of the key, so that no line can be stored twice.
/// </summary>
public sealed class RunMetric
{
    /// <summary>The run.</summary>
    public required string RunId { get; init; }

    /// <summary>Where the line begins in the file, in bytes.</summary>
    public required long Offset { get; init; }

    /// <summary>The step.</summary>
    public required int Step { get; init; }

    /// <summary>The line, UTF-8 JSON.</summary>
    public required byte[] Line { get; init; }
}

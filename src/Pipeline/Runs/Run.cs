using Alignment.Shared.Runs;

namespace Alignment.Pipeline.Runs;

/// <summary>
/// One training run: the row of which <c>runs/&lt;id&gt;/</c> is the content. The folder says what the run did; the row says
/// whose turn it is, which worker looks after it and how far its metrics were read.
/// </summary>
public sealed class Run
{
    /// <summary>The folder's name.</summary>
    public required string Id { get; init; }

    /// <summary>The trainer's name.</summary>
    public required string Trainer { get; init; }

    /// <summary>The model as the run.yaml names it.</summary>
    public required string Model { get; init; }

    /// <summary>The rows as the run.yaml names them.</summary>
    public required string Data { get; init; }

    /// <summary>The device: cpu, or cuda with its number.</summary>
    public required string Device { get; init; }

    /// <summary>Where it stands.</summary>
    public required RunState State { get; set; }

    /// <summary>Why it stands there; may be empty.</summary>
    public string Reason { get; set; } = "";

    /// <summary>The last step that was seen.</summary>
    public int Step { get; set; }

    /// <summary>The step that ends it; null where that is not known.</summary>
    public int? LastStep { get; set; }

    /// <summary>1 for the first start, one more at each resume; 0 before.</summary>
    public int Attempt { get; set; }

    /// <summary>Seconds from step to step, of late; null before the second one.</summary>
    public double? SecondsPerStep { get; set; }

    /// <summary>Its place among the waiting ones: the smallest is the next.</summary>
    public long QueueOrder { get; set; }

    /// <summary>Who asked for it; null when it was started on a command line.</summary>
    public string? AskedBy { get; set; }

    /// <summary>True when no worker started the process: it is followed, and nothing but the stop file is written.</summary>
    public bool Adopted { get; set; }

    /// <summary>When it was asked for (UTC).</summary>
    public required DateTime CreatedAt { get; init; }

    /// <summary>When its last attempt started (UTC).</summary>
    public DateTime? StartedAt { get; set; }

    /// <summary>When its last attempt ended (UTC).</summary>
    public DateTime? EndedAt { get; set; }

    /// <summary>When somebody asked the running run to stop (UTC).</summary>
    public DateTime? StopAskedAt { get; set; }

    /// <summary>When its process was sent SIGTERM because the stop file did not help (UTC).</summary>
    public DateTime? StopSignalledAt { get; set; }

    /// <summary>The worker that looks after it; null when none does.</summary>
    public string? Owner { get; set; }

    /// <summary>The machine of that worker, and of the run's process.</summary>
    public string? OwnerHost { get; set; }

    /// <summary>The process of that worker.</summary>
    public int? OwnerProcessId { get; set; }

    /// <summary>When that process started (UTC).</summary>
    public DateTime? OwnerStartedAt { get; set; }

    /// <summary>Until then no other worker takes the run (UTC).</summary>
    public DateTime? LeaseExpiresAt { get; set; }

    /// <summary>The process that trains.</summary>
    public int? ChildProcessId { get; set; }

    /// <summary>When that process started (UTC).</summary>
    public DateTime? ChildStartedAt { get; set; }

    /// <summary>How many bytes of metrics.jsonl are in the database.</summary>
    public long MetricsOffset { get; set; }

    /// <summary>True while a process works on it, as far as is known.</summary>
    public bool IsActive => State is RunState.Running or RunState.Stopping;
}

using System.Text.Json;
using System.Text.Json.Serialization;

namespace Alignment.Shared.Runs;

/// <summary>Where a run stands.</summary>
public enum RunState
{
    /// <summary>Waiting for its turn.</summary>
    Queued,

    /// <summary>Its process works.</summary>
    Running,

    /// <summary>Asked to stop; it ends after the step and writes a checkpoint.</summary>
    Stopping,

    /// <summary>Ended early because somebody asked; it can be resumed.</summary>
    Stopped,

    /// <summary>Reached its limits.</summary>
    Completed,

    /// <summary>Ended with an error, which the reason names.</summary>
    Failed,

    /// <summary>Its process vanished; it can be resumed.</summary>
    Interrupted,
}

/// <summary>The content of status.json.</summary>
/// <param name="State">Where the run stands.</param>
/// <param name="Reason">Why it is there: the limit that was reached, or the error; may be empty.</param>
/// <param name="Step">The last finished step.</param>
/// <param name="Attempt">1 for the first start, one more at each resume.</param>
/// <param name="ProcessId">The process that works or worked on it; 0 while queued.</param>
/// <param name="StartTime">When that process started (UTC); with the id it names the process, because ids come again.</param>
/// <param name="Updated">When this was written (UTC).</param>
public sealed record RunStatus(
    RunState State,
    string Reason,
    int Step,
    int Attempt,
    int ProcessId,
    DateTimeOffset StartTime,
    DateTimeOffset Updated)
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        WriteIndented = true,
        NewLine = "\n",
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false) },
    };

    /// <summary>The step that ends the run by steps or epochs; null where that is not known.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? LastStep { get; init; }

    /// <summary>True when the state is one that a process keeps up.</summary>
    [JsonIgnore]
    public bool IsActive => State is RunState.Running or RunState.Stopping;

    /// <summary>A status of this process.</summary>
    public static RunStatus OfThisProcess(RunState state, int step, int attempt, DateTimeOffset now, string reason = "")
    {
        var me = ProcessIdentity.OfThisProcess();
        return new(state, reason, step, attempt, me.Id, me.StartTime, now);
    }

    /// <summary>Writes it: temporary file, flush to disk, rename.</summary>
    public void Write(string path) => AtomicFile.Write(path, stream =>
    {
        JsonSerializer.Serialize(stream, this, Options);
        stream.WriteByte((byte)'\n');
    });

    /// <summary>Reads it; null when there is none.</summary>
    /// <exception cref="UserError">The file is no status.</exception>
    public static RunStatus? Read(string path)
    {
        try
        {
            using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            return JsonSerializer.Deserialize<RunStatus>(stream, Options);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (JsonException e)
        {
            throw new UserError($"{path} is no run status: {e.Message} Remove it; the run can be resumed from its last checkpoint.", ExitCodes.Failed, e);
        }
    }

    /// <summary>True when the process that wrote the status still lives: same id and same start time.</summary>
    public bool IsProcessAlive() => new ProcessIdentity(ProcessId, StartTime).IsAlive();

    /// <summary>The state to show: a run whose process vanished is interrupted, whatever the file says.</summary>
    public RunState Observed() => IsActive && !IsProcessAlive() ? RunState.Interrupted : State;
}

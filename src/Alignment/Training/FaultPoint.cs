using System.Diagnostics;
using System.Globalization;

namespace Alignment.Training;

/// <summary>
/// Places where the fault tests kill the process: <c>ALIGNMENT_FAULT=PHASE:N</c> sends it SIGKILL when it reaches a phase for the
/// N-th time. Without the variable a place costs one comparison.
/// </summary>
internal static class FaultPoint
{
    /// <summary>The environment variable.</summary>
    public const string Variable = "ALIGNMENT_FAULT";

    /// <summary>Phases of a run.</summary>
    public const string Reference = "reference", Forward = "forward", Optimizer = "optimizer", CheckpointTensors = "checkpoint-tensors",
        CheckpointState = "checkpoint-state", CheckpointRenamed = "checkpoint-renamed", Evaluation = "evaluation", Export = "export";

    private static readonly string[]? Wanted = Environment.GetEnvironmentVariable(Variable)?.Split(':');
    private static int s_reached;

    /// <summary>Dies here if this is the place.</summary>
    public static void Reach(string phase)
    {
        if (Wanted is null || Wanted[0] != phase || Interlocked.Increment(ref s_reached) != int.Parse(Wanted[1], CultureInfo.InvariantCulture))
        {
            return;
        }

        using var process = Process.GetCurrentProcess();
        process.Kill();
    }
}

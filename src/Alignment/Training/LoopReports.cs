using Alignment.Data;

namespace Alignment.Training;

/// <summary>What one step did.</summary>
/// <param name="State">after the step</param>
/// <param name="LastStep">the step that ends the run by steps or epochs</param>
/// <param name="Metrics">by name, in the order to write</param>
/// <param name="Micro">each micro-batch with the numbers of its rows before the step</param>
public sealed record StepReport(
    TrainState State, int LastStep, IReadOnlyDictionary<string, double> Metrics, IReadOnlyList<(SequenceBatch Batch, RowValues Values)> Micro);

/// <summary>How a run ended.</summary>
/// <param name="State">after the last step</param>
/// <param name="Completed">true at a limit, false where somebody asked it to stop</param>
/// <param name="Reason">the limit, or who asked</param>
public sealed record LoopResult(TrainState State, bool Completed, string Reason);

/// <summary>The world around the loop: who asks it to stop, who writes down what it did.</summary>
public interface ILoopHost
{
    /// <summary>Why the loop shall end after this step; null lets it go on.</summary>
    string? StopRequested { get; }

    /// <summary>A step was taken.</summary>
    void Stepped(StepReport report);

    /// <summary>The held-out rows are due.</summary>
    void Evaluate(TrainState state);

    /// <summary>A checkpoint is due.</summary>
    void Save(TrainState state);
}

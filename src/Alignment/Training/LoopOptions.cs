using Alignment.Data;
using Alignment.Shared.Runs;

namespace Alignment.Training;

/// <summary>The numbers of a run that the loop itself needs.</summary>
public sealed record LoopOptions
{
    /// <summary>Passes over the rows; null sets no such limit.</summary>
    public double? Epochs { get; init; }

    /// <summary>Optimizer steps; null sets no such limit.</summary>
    public int? Steps { get; init; }

    /// <summary>Padding-free tokens; null sets no such limit.</summary>
    public long? Tokens { get; init; }

    /// <summary>Wall-clock time of the loop over all attempts; null sets no such limit.</summary>
    public TimeSpan? Time { get; init; }

    /// <summary>The largest learning rate.</summary>
    public double LearningRate { get; init; } = 5e-6;

    /// <summary>The schedule's name.</summary>
    public string Schedule { get; init; } = ScheduleNames.Constant;

    /// <summary>Steps of linear warm-up.</summary>
    public int WarmupSteps { get; init; }

    /// <summary>The gradient norm above which gradients are scaled down.</summary>
    public double MaxGradNorm { get; init; } = 1;

    /// <summary>Steps between two evaluations; 0 evaluates at the end only.</summary>
    public int EvaluateEvery { get; init; }

    /// <summary>Steps between two checkpoints; 0 writes one only when the run is stopped.</summary>
    public int SaveEvery { get; init; }

    /// <summary>The seed of dropout, which starts anew from it and the step's number at each step; null without dropout.</summary>
    public int? DropoutSeed { get; init; }

    /// <summary>Steps between two returns of free native memory to the system.</summary>
    public int TrimEvery { get; init; } = 10;

    /// <summary>The numbers of a run.yaml.</summary>
    public static LoopOptions Of(RunSpec spec) => new()
    {
        Epochs = spec.Limits.EffectiveEpochs,
        Steps = spec.Limits.Steps,
        Tokens = spec.Limits.Tokens,
        Time = spec.Limits.Minutes is double minutes ? TimeSpan.FromMinutes(minutes) : null,
        LearningRate = spec.Optimizer.LearningRate,
        Schedule = spec.Schedule.Name,
        WarmupSteps = spec.Schedule.WarmupSteps,
        MaxGradNorm = spec.Optimizer.MaxGradNorm,
        EvaluateEvery = spec.Evaluate.EverySteps,
        SaveEvery = spec.Save.EverySteps,
        DropoutSeed = spec.Lora is { Dropout: > 0 } ? spec.Seed : null,
    };

    /// <summary>The last step by steps and epochs; without both the largest number there is.</summary>
    public int LastStep(BatchPlanner planner)
    {
        double byEpochs = Epochs is double epochs ? Math.Ceiling(epochs * planner.StepsPerEpoch - 1e-9) : int.MaxValue;
        return (int)Math.Min(Math.Min(byEpochs, Steps ?? int.MaxValue), int.MaxValue);
    }
}

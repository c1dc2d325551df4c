namespace Alignment.Shared.Runs;

/// <summary>
/// The metrics' names, as TRL logs them where it does. A metric of the held-out rows has <see cref="Held"/> in front.
/// </summary>
public static class MetricNames
{
    /// <summary>In front of a metric that was measured on held-out rows.</summary>
    public const string Held = "eval_";

    /// <summary>The loss of the step.</summary>
    public const string Loss = "loss";

    /// <summary>The gradient's norm before clipping.</summary>
    public const string GradNorm = "grad_norm";

    /// <summary>The learning rate that the step used.</summary>
    public const string LearningRate = "learning_rate";

    /// <summary>Passes over the rows, with fractions.</summary>
    public const string Epoch = "epoch";

    /// <summary>Tokens trained on since the start, without padding.</summary>
    public const string NumTokens = "num_tokens";

    /// <summary>Share of the learned tokens that were the most probable ones.</summary>
    public const string MeanTokenAccuracy = "mean_token_accuracy";

    /// <summary>Mean of β·(policy − reference) of the chosen answers.</summary>
    public const string RewardsChosen = "rewards/chosen";

    /// <summary>Mean of β·(policy − reference) of the rejected answers.</summary>
    public const string RewardsRejected = "rewards/rejected";

    /// <summary>Mean of chosen minus rejected reward.</summary>
    public const string RewardsMargins = "rewards/margins";

    /// <summary>Share of pairs whose chosen reward is the larger one.</summary>
    public const string RewardsAccuracies = "rewards/accuracies";

    /// <summary>Mean log-probability of the chosen answers, summed over their tokens.</summary>
    public const string LogpsChosen = "logps/chosen";

    /// <summary>Mean log-probability of the rejected answers, summed over their tokens.</summary>
    public const string LogpsRejected = "logps/rejected";

    /// <summary>Seconds of the step.</summary>
    public const string StepSeconds = "step_seconds";

    /// <summary>Tokens without padding, per second.</summary>
    public const string TokensPerSecond = "tokens_per_second";

    /// <summary>Peak memory of the process, or of the device's allocator, in bytes.</summary>
    public const string MemoryBytes = "memory_bytes";
}

namespace Alignment.Pipeline.Generations.Worker;

/// <summary>How much a job asks at a time.</summary>
public sealed record GenerationOptions
{
    /// <summary>Prompts asked at once; a served model computes the answers that wait together.</summary>
    public int PromptsAtOnce { get; init; } = 8;

    /// <summary>How often a prompt is asked whose model is lost in the middle.</summary>
    public int Attempts { get; init; } = 3;

    /// <summary>From a fault of the database to the next try.</summary>
    public TimeSpan FaultPause { get; init; } = TimeSpan.FromSeconds(2);
}

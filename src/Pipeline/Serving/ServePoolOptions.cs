namespace Alignment.Pipeline.Serving;

/// <summary>How many models are held ready, and for how long.</summary>
public sealed record ServePoolOptions
{
    /// <summary>How long a model stays loaded that nobody asks.</summary>
    public TimeSpan Idle { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Models loaded at once; one more takes the place of the one that was idle longest, or waits until one is idle.</summary>
    public int MostModels { get; init; } = 2;

    /// <summary>How long a model may take to load.</summary>
    public TimeSpan StartPatience { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>From asking a model's process to end to killing it.</summary>
    public TimeSpan StopPatience { get; init; } = TimeSpan.FromSeconds(10);
}

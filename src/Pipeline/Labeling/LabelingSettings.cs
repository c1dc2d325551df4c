namespace Alignment.Pipeline.Labeling;

/// <summary>How labeling behaves in a process.</summary>
public sealed record LabelingSettings
{
    /// <summary>How long after a person's first judgment of an item it may be changed or undone; 24 hours.</summary>
    public TimeSpan ChangeWindow { get; init; } = TimeSpan.FromHours(24);
}

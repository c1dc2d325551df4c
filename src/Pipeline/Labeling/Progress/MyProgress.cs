using Alignment.Pipeline.People;
using MediatR;

namespace Alignment.Pipeline.Labeling.Progress;

/// <summary>How far a person is in each project, and what is there for it.</summary>
/// <param name="AnnotatorId">The person.</param>
[Needs(Role.Annotator)]
public sealed record MyProgress(string AnnotatorId) : IRequest<IReadOnlyList<ProjectProgress>>
{
    /// <summary>Only this project; all when null.</summary>
    public string? Project { get; init; }
}

/// <summary>How far a person is in a project.</summary>
/// <param name="Project">The project's name.</param>
public sealed record ProjectProgress(string Project)
{
    /// <summary>Comparisons and ratings that people judge here, whatever their state.</summary>
    public required int Items { get; init; }

    /// <summary>Comparisons that the person can have now.</summary>
    public required int OpenPairs { get; init; }

    /// <summary>Ratings that the person can have now.</summary>
    public required int OpenSingles { get; init; }

    /// <summary>Items that would be open to the person, but others hold their last places now.</summary>
    public required int Held { get; init; }

    /// <summary>Items that still miss a judgment of somebody.</summary>
    public required int Left { get; init; }

    /// <summary>What the person judged since midnight (UTC); skips and flags are not counted.</summary>
    public required int DoneToday { get; init; }

    /// <summary>What the person judged in all.</summary>
    public required int DoneInAll { get; init; }

    /// <summary>Half of the person's last judgments took less attention than this, in milliseconds; null before the first.</summary>
    public required long? MedianActiveMilliseconds { get; init; }
}

using Alignment.Pipeline.People;
using MediatR;

namespace Alignment.Pipeline.Projects.Change;

/// <summary>
/// Sets how a project is labeled. A higher overlap opens items again, also those that were done; a lower one takes no judgment
/// away, items that have more simply get no further ones.
/// </summary>
/// <param name="Name">The project's name.</param>
[Needs(Role.Engineer)]
public sealed record ChangeProject(string Name) : IRequest<bool>
{
    /// <summary>The highest overlap.</summary>
    public const int MaxOverlap = 100;

    /// <summary>The longest guidelines, in characters.</summary>
    public const int MaxGuidelines = 100_000;

    /// <summary>The longest content warning, in characters.</summary>
    public const int MaxWarning = 2_000;

    /// <summary>How many people judge each item; null leaves it as it is.</summary>
    public int? Overlap { get; init; }

    /// <summary>What annotators go by, in Markdown; empty for none, null leaves it as it is.</summary>
    public string? Guidelines { get; init; }

    /// <summary>What is shown before the first item; empty for none, null leaves it as it is.</summary>
    public string? ContentWarning { get; init; }
}

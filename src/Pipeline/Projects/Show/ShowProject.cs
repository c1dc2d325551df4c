using Alignment.Pipeline.People;
using MediatR;

namespace Alignment.Pipeline.Projects.Show;

/// <summary>What one project holds.</summary>
/// <param name="Name">Its name.</param>
[Needs(Role.Engineer)]
public sealed record ShowProject(string Name) : IRequest<ProjectDetails>;

/// <summary>What a project holds.</summary>
/// <param name="Name">Its name.</param>
/// <param name="CreatedAt">When it was made (UTC).</param>
/// <param name="Items">Items by kind.</param>
/// <param name="Prompts">Different prompts.</param>
/// <param name="Unlabeled">Pairs and single answers about which nobody said anything.</param>
/// <param name="Labels">Judgments by who made them, revisions included.</param>
/// <param name="Verdicts">Judgments by what they say, revisions included.</param>
/// <param name="Datasets">The frozen datasets' ids, oldest first.</param>
/// <param name="Overlap">How many people judge each item.</param>
/// <param name="Guidelines">What annotators go by, in Markdown.</param>
/// <param name="ContentWarning">Shown before the first item.</param>
public sealed record ProjectDetails(
    string Name,
    DateTime CreatedAt,
    IReadOnlyDictionary<string, int> Items,
    int Prompts,
    int Unlabeled,
    IReadOnlyDictionary<string, int> Labels,
    IReadOnlyDictionary<string, int> Verdicts,
    IReadOnlyList<string> Datasets,
    int Overlap,
    string? Guidelines,
    string? ContentWarning);

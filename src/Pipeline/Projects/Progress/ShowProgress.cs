using Alignment.Pipeline.People;
using FluentValidation;
using MediatR;

namespace Alignment.Pipeline.Projects.Progress;

/// <summary>How far the people of a project are: places of its overlap that are filled, out of those that there are.</summary>
/// <param name="Project">The project's name.</param>
[Needs(Role.Engineer)]
public sealed record ShowProgress(string Project) : IRequest<ProjectProgress>;

/// <summary>How far the people of a project are.</summary>
/// <param name="Overlap">How many people judge each item.</param>
/// <param name="ItemsByPlaces">Items that people judge, by how many of their places are taken.</param>
/// <param name="LabeledByFiles">Pairs and single answers that an imported file labeled: nobody is asked about them.</param>
public sealed record ProjectProgress(int Overlap, IReadOnlyDictionary<int, int> ItemsByPlaces, int LabeledByFiles)
{
    /// <summary>Items that people judge.</summary>
    public int Items => ItemsByPlaces.Values.Sum();

    /// <summary>Places that an overlap has: each item as often.</summary>
    public long Needed(int overlap) => (long)Items * overlap;

    /// <summary>Of these places the ones that are filled; what an item has beyond the overlap fills none.</summary>
    public long Filled(int overlap) => ItemsByPlaces.Sum(entry => (long)Math.Min(entry.Key, overlap) * entry.Value);

    /// <summary>Items without a free place at an overlap.</summary>
    public int Done(int overlap) => ItemsByPlaces.Where(entry => entry.Key >= overlap).Sum(entry => entry.Value);

    /// <summary>Judgments that items have beyond an overlap; they still count in datasets.</summary>
    public long Beyond(int overlap) => ItemsByPlaces.Sum(entry => (long)Math.Max(0, entry.Key - overlap) * entry.Value);
}

internal sealed class ShowProgressValidator : AbstractValidator<ShowProgress>
{
    public ShowProgressValidator() => RuleFor(message => message.Project).ProjectName();
}

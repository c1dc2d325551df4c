using Alignment.Pipeline.People;
using MediatR;

namespace Alignment.Pipeline.Projects.List;

/// <summary>All projects, by name.</summary>
[Needs(Role.Engineer)]
public sealed record ListProjects : IRequest<IReadOnlyList<ProjectSummary>>;

/// <summary>A project in a list.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Items">How many items it has.</param>
/// <param name="Labels">How many judgments were made, revisions included.</param>
/// <param name="Datasets">How many datasets were frozen.</param>
/// <param name="CreatedAt">When it was made (UTC).</param>
public sealed record ProjectSummary(string Name, int Items, int Labels, int Datasets, DateTime CreatedAt);

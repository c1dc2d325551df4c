using Alignment.Pipeline.People;
using MediatR;

namespace Alignment.Pipeline.Datasets.List;

/// <summary>Frozen datasets, newest first.</summary>
/// <param name="Project">Only of this project; null for all.</param>
[Needs(Role.Engineer)]
public sealed record ListDatasets(string? Project) : IRequest<IReadOnlyList<DatasetSummary>>;

/// <summary>A dataset in a list.</summary>
/// <param name="Id">Its id and folder.</param>
/// <param name="Project">The project that it was made of.</param>
/// <param name="Kind">What its rows are.</param>
/// <param name="TrainRows">Rows to train on.</param>
/// <param name="TestRows">Held-out rows.</param>
/// <param name="CreatedAt">When it was frozen (UTC).</param>
public sealed record DatasetSummary(string Id, string Project, string Kind, int TrainRows, int TestRows, DateTime CreatedAt);

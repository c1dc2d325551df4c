using Alignment.Pipeline.Projects;
using Alignment.Pipeline.Storage;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Alignment.Pipeline.Datasets.List;

internal sealed class ListDatasetsHandler(IDbContextFactory<AlignmentDb> contexts, DatasetCatalog catalog) : IRequestHandler<ListDatasets, IReadOnlyList<DatasetSummary>>
{
    public async Task<IReadOnlyList<DatasetSummary>> Handle(ListDatasets request, CancellationToken cancellationToken)
    {
        await catalog.ReconcileAsync(contexts, cancellationToken);
        await using AlignmentDb db = await contexts.CreateDbContextAsync(cancellationToken);
        IQueryable<DatasetVersion> datasets = db.Datasets;
        if (request.Project is { } name)
        {
            Project project = await ProjectNames.GetAsync(db, name, cancellationToken);
            datasets = datasets.Where(dataset => dataset.ProjectId == project.Id);
        }

        return await datasets.OrderByDescending(dataset => dataset.CreatedAt).ThenBy(dataset => dataset.Id)
            .Select(dataset => new DatasetSummary(dataset.Id, dataset.Project!.Name, dataset.Kind, dataset.TrainRows, dataset.TestRows, dataset.CreatedAt))
            .ToListAsync(cancellationToken);
    }
}

using Alignment.Pipeline.Storage;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Alignment.Pipeline.Projects.List;

internal sealed class ListProjectsHandler(IDbContextFactory<AlignmentDb> contexts) : IRequestHandler<ListProjects, IReadOnlyList<ProjectSummary>>
{
    public async Task<IReadOnlyList<ProjectSummary>> Handle(ListProjects request, CancellationToken cancellationToken)
    {
        await using AlignmentDb db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Projects.OrderBy(project => project.Name).Select(project => new ProjectSummary(
            project.Name,
            project.Items.Count,
            db.Judgments.Count(judgment => judgment.Item!.ProjectId == project.Id),
            db.Datasets.Count(dataset => dataset.ProjectId == project.Id),
            project.CreatedAt)).ToListAsync(cancellationToken);
    }
}

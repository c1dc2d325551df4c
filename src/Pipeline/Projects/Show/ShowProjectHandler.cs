using Alignment.Pipeline.Datasets;
using Alignment.Pipeline.Items;
using Alignment.Pipeline.Labeling;
using Alignment.Pipeline.Storage;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Alignment.Pipeline.Projects.Show;

internal sealed class ShowProjectHandler(IDbContextFactory<AlignmentDb> contexts, DatasetCatalog catalog) : IRequestHandler<ShowProject, ProjectDetails>
{
    public async Task<ProjectDetails> Handle(ShowProject request, CancellationToken cancellationToken)
    {
        await catalog.ReconcileAsync(contexts, cancellationToken);
        await using AlignmentDb db = await contexts.CreateDbContextAsync(cancellationToken);
        Project project = await ProjectNames.GetAsync(db, request.Name, cancellationToken);
        IQueryable<Item> items = db.Items.Where(item => item.ProjectId == project.Id);
        IQueryable<Judgment> judgments = db.Judgments.Where(judgment => judgment.Item!.ProjectId == project.Id);
        Dictionary<ItemKind, int> kinds = await items.GroupBy(item => item.Kind).ToDictionaryAsync(group => group.Key, group => group.Count(), cancellationToken);
        Dictionary<LabelerKind, int> labelers = await judgments.GroupBy(judgment => judgment.LabelerKind).ToDictionaryAsync(group => group.Key, group => group.Count(), cancellationToken);
        Dictionary<string, int> verdicts = await judgments.GroupBy(judgment => judgment.Verdict ?? "score").ToDictionaryAsync(group => group.Key, group => group.Count(), cancellationToken);
        return new(
            project.Name,
            project.CreatedAt,
            ByName(kinds),
            await items.Where(item => item.Kind != ItemKind.Text).Select(item => item.PromptId).Distinct().CountAsync(cancellationToken),
            await items.CountAsync(item => (item.Kind == ItemKind.Pair || item.Kind == ItemKind.Single) && !item.Judgments.Any(), cancellationToken),
            ByName(labelers),
            new SortedDictionary<string, int>(verdicts, StringComparer.Ordinal),
            await db.Datasets.Where(dataset => dataset.ProjectId == project.Id).OrderBy(dataset => dataset.CreatedAt).Select(dataset => dataset.Id).ToListAsync(cancellationToken),
            project.Overlap,
            project.Guidelines,
            project.ContentWarning);
    }

    private static SortedDictionary<string, int> ByName<TKey>(Dictionary<TKey, int> counts)
        where TKey : struct, Enum => new(counts.ToDictionary(count => count.Key.ToString().ToLowerInvariant(), count => count.Value), StringComparer.Ordinal);
}

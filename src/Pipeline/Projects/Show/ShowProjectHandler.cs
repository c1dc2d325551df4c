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
        Dictionary<ItemKind, int> kinds = await items.GroupBy(item => item.Kind)
            .Select(group => new { Kind = group.Key, Count = group.Count() }) // counted by the database: without it every item is read
            .ToDictionaryAsync(row => row.Kind, row => row.Count, cancellationToken);
        var said = await db.Judgments.OfProject(db, project.Id)
            .GroupBy(judgment => new { judgment.LabelerKind, Verdict = judgment.Verdict ?? "score" })
            .Select(group => new { group.Key.LabelerKind, group.Key.Verdict, Count = group.Count() })
            .ToListAsync(cancellationToken);
        IQueryable<Item> prompts = kinds.ContainsKey(ItemKind.Text) ? items.Where(item => item.Kind != ItemKind.Text) : items; // an index holds the prompts, not the kinds
        return new(
            project.Name,
            project.CreatedAt,
            ByName(kinds),
            await prompts.Select(item => item.PromptId).Distinct().CountAsync(cancellationToken),
            await items.CountAsync(item => (item.Kind == ItemKind.Pair || item.Kind == ItemKind.Single) && !item.Judgments.Any(), cancellationToken),
            ByName(said.GroupBy(row => row.LabelerKind).ToDictionary(group => group.Key, group => group.Sum(row => row.Count))),
            new SortedDictionary<string, int>(said.GroupBy(row => row.Verdict).ToDictionary(group => group.Key, group => group.Sum(row => row.Count)), StringComparer.Ordinal),
            await db.Datasets.Where(dataset => dataset.ProjectId == project.Id).OrderBy(dataset => dataset.CreatedAt).Select(dataset => dataset.Id).ToListAsync(cancellationToken),
            project.Overlap,
            project.Guidelines,
            project.ContentWarning);
    }

    private static SortedDictionary<string, int> ByName<TKey>(Dictionary<TKey, int> counts)
        where TKey : struct, Enum => new(counts.ToDictionary(count => count.Key.ToString().ToLowerInvariant(), count => count.Value), StringComparer.Ordinal);
}

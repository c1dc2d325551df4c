using Alignment.Pipeline.Projects;
using Alignment.Pipeline.Storage;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Alignment.Pipeline.Items.List;

internal sealed class ListItemsHandler(IDbContextFactory<AlignmentDb> contexts) : IRequestHandler<ListItems, ItemPage>
{
    public async Task<ItemPage> Handle(ListItems request, CancellationToken cancellationToken)
    {
        await using AlignmentDb db = await contexts.CreateDbContextAsync(cancellationToken);
        Project project = await ProjectNames.GetAsync(db, request.Project, cancellationToken);
        IQueryable<Item> items = Filter(db.Items.AsNoTracking().Where(item => item.ProjectId == project.Id), request);
        int total = await items.CountAsync(cancellationToken);
        var page = await items.Where(item => item.Id > request.After)
            .OrderBy(item => item.Id)
            .Take(request.Limit + 1)
            .Select(item => new { Item = item, Judgments = item.Judgments.Count })
            .ToListAsync(cancellationToken);
        ItemSummary[] shown = [.. page.Take(request.Limit).Select(row => new ItemSummary(
            row.Item.Id,
            row.Item.Kind.ToString().ToLowerInvariant(),
            row.Item.PromptId,
            row.Judgments,
            row.Item.Source,
            row.Item.Prompt.Count > 0 ? row.Item.Prompt[^1].Content : row.Item.AnswerA ?? ""))];
        return new(shown, total, page.Count > request.Limit ? shown[^1].Id : null);
    }

    private static IQueryable<Item> Filter(IQueryable<Item> items, ListItems request)
    {
        if (request.Kind is { } kind)
        {
            items = items.Where(item => item.Kind == kind);
        }

        if (request.Labeled is { } labeled)
        {
            items = items.Where(item => item.Judgments.Any() == labeled);
        }

        return request.PromptId is { } prompt ? items.Where(item => item.PromptId == prompt) : items;
    }
}

using System.Text.Encodings.Web;
using System.Text.Json;
using Alignment.Pipeline.Projects;
using Alignment.Pipeline.Storage;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Alignment.Pipeline.Items.List;

internal sealed class ListItemsHandler(IDbContextFactory<AlignmentDb> contexts) : IRequestHandler<ListItems, ItemPage>
{
    private const string Escape = "!";

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

        if (request.PromptId is { } prompt)
        {
            items = items.Where(item => item.PromptId == prompt);
        }

        return request.Text is { Length: > 0 } text ? Containing(items, text) : items;
    }

    // A conversation is stored as JSON, so it is searched for the text as JSON has it. The cast reaches the column behind the list.
    private static IQueryable<Item> Containing(IQueryable<Item> items, string text)
    {
        string plain = Pattern(text), json = Pattern(JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).ToString());
        return items.Where(item =>
            EF.Functions.Like((string)(object)item.Prompt, json, Escape) || EF.Functions.Like(item.AnswerA, plain, Escape) || EF.Functions.Like(item.AnswerB, plain, Escape));
    }

    private static string Pattern(string text) =>
        $"%{text.Replace(Escape, Escape + Escape, StringComparison.Ordinal).Replace("%", Escape + "%", StringComparison.Ordinal).Replace("_", Escape + "_", StringComparison.Ordinal)}%";
}

using System.Text.Json.Nodes;
using Alignment.Pipeline.Labeling;
using Alignment.Pipeline.Storage;
using Alignment.Shared;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Alignment.Pipeline.Items.Show;

internal sealed class ShowItemHandler(IDbContextFactory<AlignmentDb> contexts) : IRequestHandler<ShowItem, ItemDetails>
{
    public async Task<ItemDetails> Handle(ShowItem request, CancellationToken cancellationToken)
    {
        await using AlignmentDb db = await contexts.CreateDbContextAsync(cancellationToken);
        Item item = await db.Items.AsNoTracking().Include(row => row.Project).Include(row => row.Judgments).SingleOrDefaultAsync(row => row.Id == request.Id, cancellationToken)
            ?? throw new UserError(FormattableString.Invariant($"there is no item {request.Id}; 'pipeline items list --project NAME' shows them"));
        HashSet<long> current = [.. CurrentJudgments.Of(item.Judgments).Select(judgment => judgment.Id)];
        string[] ids = [.. item.Judgments.Select(judgment => judgment.LabelerId).Distinct()];
        Dictionary<string, string> names = await db.Users.Where(person => ids.Contains(person.Id)).ToDictionaryAsync(person => person.Id, person => person.UserName!, cancellationToken);
        return new(
            item.Id, item.Project!.Name, item.Kind.ToString().ToLowerInvariant(), item.Prompt, item.AnswerA, item.AnswerB, item.PromptId, item.Source,
            JsonNode.Parse(item.Provenance), item.ContentHash, item.CreatedAt,
            [.. item.Judgments.OrderBy(judgment => judgment.Id).Select(judgment => Details(judgment, current.Contains(judgment.Id), names))]);
    }

    private static JudgmentDetails Details(Judgment judgment, bool counts, Dictionary<string, string> names) => new(
        judgment.Id,
        judgment.Verdict,
        judgment.Score,
        judgment.P,
        string.Join(' ', new[] { judgment.LabelerKind.ToString().ToLowerInvariant(), judgment.LabelerId, judgment.LabelerVersion }.Where(part => part is not null)),
        judgment.RevisesId,
        counts,
        judgment.Comment,
        judgment.CreatedAt,
        names.GetValueOrDefault(judgment.LabelerId) ?? judgment.LabelerId,
        judgment.OrderShown?.ToString(),
        judgment.ActiveMilliseconds,
        judgment.Surplus);
}

using Alignment.Pipeline.Items;
using Alignment.Pipeline.Storage;
using Alignment.Shared;
using Alignment.Shared.Preferences;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Alignment.Pipeline.Labeling.Submit;

internal sealed class SubmitJudgmentHandler(Transactions transactions, Places places, TimeProvider clock) : IRequestHandler<SubmitJudgment, Submitted>
{
    public Task<Submitted> Handle(SubmitJudgment request, CancellationToken cancellationToken) =>
        transactions.RunAsync((db, token) => SubmitAsync(db, request, token), cancellationToken);

    private async Task<Submitted> SubmitAsync(AlignmentDb db, SubmitJudgment request, CancellationToken cancellationToken)
    {
        string key = PersonsWork.Key(request.AnnotatorId, request.IdempotencyKey);
        if (await db.Judgments.AsNoTracking().SingleOrDefaultAsync(judgment => judgment.IdempotencyKey == key, cancellationToken) is { } stored)
        {
            return new(stored.Id, stored.ItemId, stored.Surplus, Repeated: true);
        }

        Assignment assignment = await PersonsWork.GetAsync(db.Assignments.Include(row => row.Item), request.AnnotatorId, request.Token, cancellationToken);
        Item item = assignment.Item!;
        bool isPair = item.Kind == ItemKind.Pair;
        if (!(isPair ? Verdicts.OfPairs : Verdicts.OfSingles).Contains(request.Verdict))
        {
            throw new UserError($"'{request.Verdict}' is no verdict on {(isPair ? "a pair" : "a single answer")}");
        }

        assignment.State = await places.MoveAsync(db, assignment, Verdicts.Counts(request.Verdict), cancellationToken);
        var judgment = new Judgment
        {
            ItemId = item.Id,
            Kind = isPair ? JudgmentKind.Pair : JudgmentKind.Single,
            Verdict = request.Verdict,
            LabelerKind = LabelerKind.Person,
            LabelerId = request.AnnotatorId,
            OrderShown = assignment.Order,
            ActiveMilliseconds = request.ActiveMilliseconds,
            Comment = string.IsNullOrWhiteSpace(request.Comment) ? null : request.Comment.Trim(),
            Surplus = assignment.State == AssignmentState.Surplus,
            IdempotencyKey = key,
            RevisesId = assignment.JudgmentId,
            CreatedAt = clock.GetUtcNow().UtcDateTime,
        };
        db.Judgments.Add(judgment);
        await db.SaveChangesAsync(cancellationToken);
        assignment.JudgmentId = judgment.Id;
        return new(judgment.Id, item.Id, judgment.Surplus, Repeated: false);
    }
}

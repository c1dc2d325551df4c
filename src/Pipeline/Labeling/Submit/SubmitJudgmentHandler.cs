using Alignment.Pipeline.Storage;
using MediatR;

namespace Alignment.Pipeline.Labeling.Submit;

internal sealed class SubmitJudgmentHandler(Transactions transactions, JudgmentWriter writer) : IRequestHandler<SubmitJudgment, Submitted>
{
    public Task<Submitted> Handle(SubmitJudgment request, CancellationToken cancellationToken) =>
        transactions.RunAsync((db, token) => SubmitAsync(db, request, token), cancellationToken);

    private async Task<Submitted> SubmitAsync(AlignmentDb db, SubmitJudgment request, CancellationToken cancellationToken)
    {
        string key = PersonsWork.Key(request.AnnotatorId, request.IdempotencyKey);
        if (await PersonsWork.StoredAsync(db, key, cancellationToken) is { } stored)
        {
            return stored;
        }

        Assignment assignment = await PersonsWork.GetAsync(db, request.AnnotatorId, request.Token, cancellationToken);
        Judgment judgment = await writer.AddAsync(db, assignment, new(key, request.Verdict, request.Comment, request.ActiveMilliseconds), cancellationToken);
        return new(judgment.Id, judgment.ItemId, judgment.Surplus, Repeated: false);
    }
}

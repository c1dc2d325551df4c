using Alignment.Pipeline.Labeling.Submit;
using Alignment.Pipeline.People;
using Alignment.Pipeline.Storage;
using FluentValidation;
using MediatR;

namespace Alignment.Pipeline.Labeling.Change;

/// <summary>
/// Another verdict in place of a person's last judgment of an item, inside the window: a revision. The same key sent again
/// stores nothing and gives the first answer.
/// </summary>
/// <param name="AnnotatorId">The person.</param>
/// <param name="JudgmentId">The judgment that it saw; refused when that is no longer the last.</param>
/// <param name="IdempotencyKey">Made by the sender, once per press.</param>
/// <param name="Verdict">About the stored answers A and B.</param>
[Needs(Role.Annotator)]
public sealed record ChangeJudgment(string AnnotatorId, long JudgmentId, string IdempotencyKey, string Verdict) : IRequest<Submitted>
{
    /// <summary>A remark; a flag needs one.</summary>
    public string? Comment { get; init; }
}

internal sealed class ChangeJudgmentValidator : AbstractValidator<ChangeJudgment>
{
    public ChangeJudgmentValidator()
    {
        RuleFor(message => message.AnnotatorId).NotEmpty().WithMessage("a judgment belongs to a person: sign in first");
        RuleFor(message => message.IdempotencyKey).IdempotencyKey();
        RuleFor(message => message.Verdict).Verdict();
        RuleFor(message => message.Comment).Comment(message => message.Verdict);
    }
}

internal sealed class ChangeJudgmentHandler(Transactions transactions, JudgmentWriter writer) : IRequestHandler<ChangeJudgment, Submitted>
{
    public Task<Submitted> Handle(ChangeJudgment request, CancellationToken cancellationToken) => transactions.RunAsync(
        async (db, token) =>
        {
            string key = PersonsWork.Key(request.AnnotatorId, request.IdempotencyKey);
            if (await PersonsWork.StoredAsync(db, key, token) is { } stored)
            {
                return stored;
            }

            Assignment assignment = await PersonsWork.OfJudgmentAsync(db, request.AnnotatorId, request.JudgmentId, token);
            Judgment judgment = await writer.AddAsync(db, assignment, new(key, request.Verdict, request.Comment, ActiveMilliseconds: null), token);
            return new Submitted(judgment.Id, judgment.ItemId, judgment.Surplus, Repeated: false);
        },
        cancellationToken);
}

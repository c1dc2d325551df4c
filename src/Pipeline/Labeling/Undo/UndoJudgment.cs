using Alignment.Pipeline.People;
using Alignment.Pipeline.Storage;
using Alignment.Shared.Preferences;
using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Alignment.Pipeline.Labeling.Undo;

/// <summary>
/// Takes a person's last judgment of an item back: a revision without an opinion. The item is open to the person again, its
/// place is free. Sent again it changes nothing.
/// </summary>
/// <param name="AnnotatorId">The person.</param>
/// <param name="Token">The lease's token.</param>
/// <param name="IdempotencyKey">Made by the sender, once per key press.</param>
[Needs(Role.Annotator)]
public sealed record UndoJudgment(string AnnotatorId, string Token, string IdempotencyKey) : IRequest<long>;

internal sealed class UndoJudgmentValidator : AbstractValidator<UndoJudgment>
{
    public UndoJudgmentValidator()
    {
        RuleFor(message => message.AnnotatorId).NotEmpty().WithMessage("a judgment belongs to a person: sign in first");
        RuleFor(message => message.Token).NotEmpty().WithMessage("the undo names no lease");
        RuleFor(message => message.IdempotencyKey).IdempotencyKey();
    }
}

internal sealed class UndoJudgmentHandler(Transactions transactions, Places places, ChangeWindow window, TimeProvider clock) : IRequestHandler<UndoJudgment, long>
{
    public Task<long> Handle(UndoJudgment request, CancellationToken cancellationToken) => transactions.RunAsync(
        async (db, token) =>
        {
            string key = PersonsWork.Key(request.AnnotatorId, request.IdempotencyKey);
            Assignment assignment = await PersonsWork.GetAsync(db, request.AnnotatorId, request.Token, token);
            if (await db.Judgments.AnyAsync(judgment => judgment.IdempotencyKey == key, token) || assignment.State == AssignmentState.Open)
            {
                return assignment.ItemId;
            }

            await window.RequireOpenAsync(db, assignment, token);
            await places.GiveBackAsync(db, assignment, token);
            DateTime now = clock.GetUtcNow().UtcDateTime;
            var nothing = new Judgment
            {
                ItemId = assignment.ItemId,
                Kind = assignment.Judgment!.Kind,
                Verdict = Verdicts.Skip,
                LabelerKind = LabelerKind.Person,
                LabelerId = request.AnnotatorId,
                OrderShown = assignment.Order,
                IdempotencyKey = key,
                RevisesId = assignment.JudgmentId,
                CreatedAt = now,
            };
            db.Judgments.Add(nothing);
            await db.SaveChangesAsync(token);
            assignment.JudgmentId = nothing.Id;
            assignment.State = AssignmentState.Open;
            assignment.ExpiresAt = now + Assignment.Lease;
            return assignment.ItemId;
        },
        cancellationToken);
}

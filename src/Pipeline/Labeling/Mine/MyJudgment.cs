using Alignment.Pipeline.People;
using Alignment.Pipeline.Storage;
using Alignment.Shared.Preferences;
using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Alignment.Pipeline.Labeling.Mine;

/// <summary>A person's last judgment of an item with everything that it judged then.</summary>
/// <param name="AnnotatorId">The person.</param>
/// <param name="JudgmentId">The judgment.</param>
[Needs(Role.Annotator)]
public sealed record MyJudgment(string AnnotatorId, long JudgmentId) : IRequest<OwnJudgmentInFull>;

/// <summary>A judgment and what it is about, in the order that the person saw.</summary>
/// <param name="Judgment">What was said.</param>
/// <param name="Prompt">The conversation before the answers.</param>
/// <param name="First">The answer on the left, or the only one.</param>
/// <param name="Second">The answer on the right; null for a single answer.</param>
public sealed record OwnJudgmentInFull(OwnJudgment Judgment, IReadOnlyList<Message> Prompt, string First, string? Second);

internal sealed class MyJudgmentValidator : AbstractValidator<MyJudgment>
{
    public MyJudgmentValidator() => RuleFor(message => message.AnnotatorId).NotEmpty().WithMessage("judgments belong to a person: sign in first");
}

internal sealed class MyJudgmentHandler(IDbContextFactory<AlignmentDb> contexts, OwnJudgments own) : IRequestHandler<MyJudgment, OwnJudgmentInFull>
{
    public async Task<OwnJudgmentInFull> Handle(MyJudgment request, CancellationToken cancellationToken)
    {
        await using AlignmentDb db = await contexts.CreateDbContextAsync(cancellationToken);
        Assignment assignment = await PersonsWork.OfJudgmentAsync(db, request.AnnotatorId, request.JudgmentId, cancellationToken);
        (string first, string? second) = assignment.Answers();
        return new((await own.OfAsync(db, [assignment], cancellationToken))[0], assignment.Item!.Prompt, first, second);
    }
}

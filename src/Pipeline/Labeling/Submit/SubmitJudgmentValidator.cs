using FluentValidation;

namespace Alignment.Pipeline.Labeling.Submit;

internal sealed class SubmitJudgmentValidator : AbstractValidator<SubmitJudgment>
{
    public SubmitJudgmentValidator()
    {
        RuleFor(message => message.AnnotatorId).NotEmpty().WithMessage("a judgment belongs to a person: sign in first");
        RuleFor(message => message.Token).NotEmpty().WithMessage("the judgment names no lease");
        RuleFor(message => message.IdempotencyKey).IdempotencyKey();
        RuleFor(message => message.Verdict).Verdict();
        RuleFor(message => message.Comment).Comment(message => message.Verdict);
        RuleFor(message => message.ActiveMilliseconds).GreaterThanOrEqualTo(0).WithMessage("active time is not negative");
    }
}

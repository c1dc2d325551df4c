using Alignment.Shared.Preferences;
using FluentValidation;

namespace Alignment.Pipeline.Labeling.Submit;

internal sealed class SubmitJudgmentValidator : AbstractValidator<SubmitJudgment>
{
    private const int LongestComment = 4000;
    private const int LongestKey = 180;

    public SubmitJudgmentValidator()
    {
        RuleFor(message => message.AnnotatorId).NotEmpty().WithMessage("a judgment belongs to a person: sign in first");
        RuleFor(message => message.Token).NotEmpty().WithMessage("the judgment names no lease");
        RuleFor(message => message.IdempotencyKey).NotEmpty().MaximumLength(LongestKey)
            .WithMessage(FormattableString.Invariant($"the idempotency key has 1 to {LongestKey} characters"));
        RuleFor(message => message.Verdict).Must(verdict => Verdicts.OfPairs.Contains(verdict) || Verdicts.OfSingles.Contains(verdict))
            .WithMessage(message => $"there is no verdict '{message.Verdict}'");
        RuleFor(message => message.Comment).MaximumLength(LongestComment).WithMessage(FormattableString.Invariant($"a comment has at most {LongestComment} characters"));
        RuleFor(message => message.Comment).NotEmpty().When(message => message.Verdict == Verdicts.Flag).WithMessage("a flag needs a comment that says what is wrong");
        RuleFor(message => message.ActiveMilliseconds).GreaterThanOrEqualTo(0).WithMessage("active time is not negative");
    }
}

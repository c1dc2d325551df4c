using FluentValidation;

namespace Alignment.Pipeline.Projects.Change;

internal sealed class ChangeProjectValidator : AbstractValidator<ChangeProject>
{
    public ChangeProjectValidator()
    {
        RuleFor(message => message.Name).ProjectName();
        RuleFor(message => message.Overlap).InclusiveBetween(1, ChangeProject.MaxOverlap)
            .WithMessage(FormattableString.Invariant($"1 to {ChangeProject.MaxOverlap} people judge each item"));
        RuleFor(message => message.Guidelines).MaximumLength(ChangeProject.MaxGuidelines)
            .WithMessage(FormattableString.Invariant($"the guidelines have at most {ChangeProject.MaxGuidelines:N0} characters"));
        RuleFor(message => message.ContentWarning).MaximumLength(ChangeProject.MaxWarning)
            .WithMessage(FormattableString.Invariant($"the content warning has at most {ChangeProject.MaxWarning:N0} characters"));
    }
}

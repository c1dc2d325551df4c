using Alignment.Pipeline.Projects;
using FluentValidation;

namespace Alignment.Pipeline.Labeling.Next;

internal sealed class LeaseNextValidator : AbstractValidator<LeaseNext>
{
    private const int Most = 10;

    public LeaseNextValidator()
    {
        RuleFor(message => message.Project).ProjectName();
        RuleFor(message => message.AnnotatorId).NotEmpty().WithMessage("an item is leased to a person: sign in first");
        RuleFor(message => message.Count).InclusiveBetween(1, Most).WithMessage(FormattableString.Invariant($"1 to {Most} items are leased at a time"));
    }
}

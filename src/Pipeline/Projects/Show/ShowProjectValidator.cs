using FluentValidation;

namespace Alignment.Pipeline.Projects.Show;

internal sealed class ShowProjectValidator : AbstractValidator<ShowProject>
{
    public ShowProjectValidator() => RuleFor(message => message.Name).ProjectName();
}

using Alignment.Pipeline.Projects;
using FluentValidation;

namespace Alignment.Pipeline.Items.List;

internal sealed class ListItemsValidator : AbstractValidator<ListItems>
{
    public ListItemsValidator()
    {
        RuleFor(message => message.Project).ProjectName();
        RuleFor(message => message.Limit).InclusiveBetween(1, ListItems.MaxLimit).WithMessage(FormattableString.Invariant($"--limit is 1 to {ListItems.MaxLimit}"));
        RuleFor(message => message.Text).MaximumLength(ListItems.MaxText).WithMessage(FormattableString.Invariant($"a text to look for has at most {ListItems.MaxText} characters"));
        RuleFor(message => message.After).GreaterThanOrEqualTo(0).WithMessage("--after is an item's id");
    }
}

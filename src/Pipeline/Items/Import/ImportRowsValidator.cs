using Alignment.Pipeline.Projects;
using FluentValidation;

namespace Alignment.Pipeline.Items.Import;

/// <summary>What an import needs before the first row.</summary>
internal sealed class ImportRowsValidator : AbstractValidator<ImportRows>
{
    public ImportRowsValidator()
    {
        RuleFor(message => message.Project).ProjectName();
        RuleFor(message => message.FileName).NotEmpty().WithMessage("the import has no file name");
        RuleFor(message => message.Content).Must(content => content.CanSeek).WithMessage("the import cannot read its file twice: copy it to disk first");
        RuleFor(message => message.Pairs).IsInEnum().WithMessage("--pairs is one of disjoint, all, none");
        RuleFor(message => message.Human).Must((message, human) => !(human && message.Relabel))
            .WithMessage("--human says who made the labels and --relabel leaves them out: give one of them");
    }
}

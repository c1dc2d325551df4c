using FluentValidation;

namespace Alignment.Pipeline.Datasets.Show;

internal sealed class ShowDatasetValidator : AbstractValidator<ShowDataset>
{
    public ShowDatasetValidator() => RuleFor(message => message.Id).DatasetId();
}

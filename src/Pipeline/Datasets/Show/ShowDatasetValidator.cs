using FluentValidation;

namespace Alignment.Pipeline.Datasets.Show;

internal sealed class ShowDatasetValidator : AbstractValidator<ShowDataset>
{
    public ShowDatasetValidator() => RuleFor(message => message.Id)
        .Must(id => id.Length > 0 && id == Path.GetFileName(id) && id[0] != '.')
        .WithMessage("a dataset is named by its id, as 'pipeline datasets list' shows it");
}

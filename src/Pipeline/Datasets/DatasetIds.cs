using FluentValidation;

namespace Alignment.Pipeline.Datasets;

/// <summary>How messages name a dataset.</summary>
internal static class DatasetIds
{
    /// <summary>The rule of an id: the name of a folder, never a path to one.</summary>
    public static IRuleBuilderOptions<T, string> DatasetId<T>(this IRuleBuilder<T, string> rule) => rule
        .Must(id => id.Length > 0 && id == Path.GetFileName(id) && id[0] != '.' && !id.Contains('\\', StringComparison.Ordinal))
        .WithMessage("a dataset is named by its id, as 'pipeline datasets list' shows it");
}

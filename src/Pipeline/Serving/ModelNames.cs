using Alignment.Pipeline.Runs;
using FluentValidation;

namespace Alignment.Pipeline.Serving;

/// <summary>Models by the names that pages give them.</summary>
internal static class ModelNames
{
    /// <summary>The rule of a model's name: the name of a folder, as that of a run, nothing that leads elsewhere.</summary>
    public static IRuleBuilderOptions<T, string> ModelName<T>(this IRuleBuilder<T, string> rule) =>
        rule.RunId().WithMessage("a model is named by its name under models/ or by its run's id");
}

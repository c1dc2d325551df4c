using Alignment.Pipeline.Runs.Models;

namespace Alignment.Labeling.Web.Components.Pages.Try;

/// <summary>The models to choose from, and which two stand there first.</summary>
/// <param name="Models">All models.</param>
/// <param name="First">The one that the other was made from, as far back as it is still here.</param>
/// <param name="Second">The trained one; empty where there is none.</param>
public sealed record ModelChoice(IReadOnlyList<ModelSummary> Models, string First, string Second)
{
    /// <summary>The choice of a trained model, or of none.</summary>
    public static ModelChoice Of(IReadOnlyList<ModelSummary> models, string? trained, IReadOnlyList<ModelStep> lineage)
    {
        string? start = lineage.Reverse().Select(step => step.Model).FirstOrDefault(name => name != trained && models.Any(model => model.Name == name));
        string first = start ?? models.FirstOrDefault(model => model.Name != trained)?.Name ?? trained ?? "";
        return new(models, first, trained == first ? "" : trained ?? "");
    }

    /// <summary>A model in a list: its name, and what it is.</summary>
    public static string Describe(ModelSummary model) => model.Kind switch
    {
        ModelKind.Trained => $"{model.Name} (trained from {model.Parent})",
        ModelKind.Imported => $"{model.Name} (imported)",
        _ => model.Name,
    };
}

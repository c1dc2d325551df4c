using Alignment.Shared;
using Alignment.Shared.Runs;

namespace Alignment.Labeling.Web.Components.Pages.Runs;

/// <summary>A run.yaml to start from.</summary>
/// <param name="Name">The file's name without its ending.</param>
/// <param name="About">The first line of its comment; may be empty.</param>
/// <param name="Spec">What it says.</param>
internal sealed record RunPreset(string Name, string About, RunSpec Spec);

/// <summary>The run.yaml files under <c>data/recipes</c> beside the app.</summary>
internal static class RunPresets
{
    /// <summary>The folder.</summary>
    public static string Folder => Path.Combine(AppContext.BaseDirectory, "data", "recipes");

    /// <summary>Those of a trainer by name. A file that is none, or is damaged, is not among them.</summary>
    public static IReadOnlyList<RunPreset> Of(string trainer) => !Directory.Exists(Folder) ? []
        : [.. Directory.EnumerateFiles(Folder, "*.yaml").Order(StringComparer.Ordinal).Select(Read).OfType<RunPreset>().Where(preset => preset.Spec.Trainer == trainer)];

    /// <summary>The one to begin with: made for the model, else the gentlest of the trainer, else none.</summary>
    public static RunPreset? For(IReadOnlyList<RunPreset> presets, string trainer, string model) =>
        presets.FirstOrDefault(preset => Path.GetFileName(preset.Spec.Model) == model && preset.Name.StartsWith(model + "-", StringComparison.Ordinal))
        ?? presets.FirstOrDefault(preset => preset.Name == trainer + "-lora")
        ?? presets.FirstOrDefault(preset => preset.Name == trainer);

    private static RunPreset? Read(string path)
    {
        try
        {
            string first = File.ReadLines(path).FirstOrDefault("");
            return new(Path.GetFileNameWithoutExtension(path), first.StartsWith('#') ? first.TrimStart('#', ' ') : "", RunSpecYaml.Load(path));
        }
        catch (UserError)
        {
            return null;
        }
    }
}

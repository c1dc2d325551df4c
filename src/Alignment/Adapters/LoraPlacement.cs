using System.Globalization;
using System.Text.RegularExpressions;

using Alignment.Models;
using Alignment.Shared;

namespace Alignment.Adapters;

/// <summary>Which modules of a model get an adapter: PEFT's <c>check_target_module_exists</c>.</summary>
internal static class LoraPlacement
{
    /// <summary>Every slot of a model: the decoder's linear maps, then the head.</summary>
    public static IEnumerable<LinearSlot> All(CausalModel model) => [.. model.Decoder.Linears.Values, model.Head.Slot];

    /// <summary>The slots that the configuration names.</summary>
    /// <exception cref="UserError">It names none; the message lists what the model has.</exception>
    public static IReadOnlyList<LinearSlot> Slots(CausalModel model, LoraConfig config)
    {
        LinearSlot[] all = [.. All(model)];
        string known = string.Join(", ", all.Select(slot => slot.Path[(slot.Path.LastIndexOf('.') + 1)..]).Distinct());
        foreach (string name in config.Targets.Names ?? [])
        {
            if (!all.Any(slot => ModuleTargets.Of(name).Contains(slot.Path, slot == model.Head.Slot)))
            {
                throw new UserError($"lora.targets: '{name}' names no linear map of the model; its maps end in {known}. Adapters on embeddings are not supported.");
            }
        }

        LinearSlot[] chosen = [.. all.Where(slot => IsTarget(config, slot.Path, slot == model.Head.Slot))];
        if (chosen.Length == 0)
        {
            throw new UserError($"lora.targets: no linear map of the model is named; its maps end in {known}.");
        }

        return chosen;
    }

    private static bool IsTarget(LoraConfig config, string path, bool isHead)
    {
        if (config.Exclude is ModuleTargets exclude && exclude.Contains(path, isHead))
        {
            return false;
        }

        if (!config.Targets.Contains(path, isHead))
        {
            return false;
        }

        // A whole path in the list counts whatever its layer.
        return config.Layers is null || config.Targets.Names?.Contains(path) == true || LayerOf(config, path) is int layer && config.Layers.Contains(layer);
    }

    private static int? LayerOf(LoraConfig config, string path)
    {
        IEnumerable<string> patterns = config.LayersPatterns is { Count: > 0 } given ? given : [@"[^.]*"];
        foreach (string pattern in patterns)
        {
            Match match = Regex.Match(path, $@"^.*\.{pattern}\.(\d+)\.", RegexOptions.CultureInvariant);
            if (match.Success)
            {
                return int.Parse(match.Groups[^1].Value, CultureInfo.InvariantCulture);
            }
        }

        return null;
    }
}

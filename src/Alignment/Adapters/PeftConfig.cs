using System.Text.Json;
using System.Text.Json.Nodes;

using Alignment.Shared;

namespace Alignment.Adapters;

/// <summary><c>adapter_config.json</c> in both directions. Whatever changes the mathematics and is not built is refused by its name.</summary>
internal static class PeftConfig
{
    /// <summary>Keys that must be off (null, false, or empty), with what they are.</summary>
    private static readonly (string Key, string What)[] MustBeOff =
    [
        ("use_dora", "DoRA"), ("modules_to_save", "fully trained modules"), ("trainable_token_indices", "trained token rows"),
        ("target_parameters", "adapters on bare parameters"), ("layer_replication", "replicated layers"), ("lora_bias", "a bias of B"),
        ("alora_invocation_tokens", "activated LoRA"), ("arrow_config", "Arrow routing"), ("use_qalora", "QA-LoRA"), ("use_bdlora", "BD-LoRA"),
        ("monteclora_config", "MonteCLoRA"), ("kasa_config", "KaSA"), ("velora_config", "VeLoRA"), ("lora_ga_config", "LoRA-GA"),
        ("corda_config", "CorDA"), ("loftq_config", "LoftQ"), ("megatron_config", "Megatron layers"),
    ];

    /// <summary>Starts that leave the base's weights as they are.</summary>
    private static readonly string[] PlainStarts = ["gaussian", "orthogonal", "eva"];

    /// <summary>Reads the file.</summary>
    /// <exception cref="UserError">It is no LoRA configuration, or asks for something that is not built; named.</exception>
    public static LoraConfig Read(string path)
    {
        JsonObject json = Parse(path);
        try
        {
            Refuse(json, path);
            return new LoraConfig
            {
                Rank = json["r"]!.GetValue<int>(),
                Alpha = json["lora_alpha"]!.GetValue<double>(),
                Dropout = json["lora_dropout"]?.GetValue<double>() ?? 0,
                RankStabilized = json["use_rslora"]?.GetValue<bool>() ?? false,
                Targets = Targets(json["target_modules"]) ?? throw new UserError($"{path}: target_modules is absent."),
                Exclude = Targets(json["exclude_modules"]),
                Layers = json["layers_to_transform"] switch
                {
                    JsonArray { Count: > 0 } several => [.. several.Select(layer => layer!.GetValue<int>())],
                    JsonValue one => [one.GetValue<int>()],
                    _ => null,
                },
                LayersPatterns = json["layers_pattern"] switch
                {
                    JsonArray several => [.. several.Select(pattern => pattern!.GetValue<string>())],
                    JsonValue one => [one.GetValue<string>()],
                    _ => null,
                },
                RankPattern = Patterns<int>(json["rank_pattern"]),
                AlphaPattern = Patterns<double>(json["alpha_pattern"]),
            };
        }
        catch (Exception e) when (e is InvalidOperationException or FormatException or NullReferenceException)
        {
            throw new UserError($"{path}: a value is absent or has another type than PEFT writes ({e.Message}).", inner: e);
        }
    }

    /// <summary>What PEFT needs to load the adapters again.</summary>
    public static JsonObject Write(LoraAdapters adapters, string baseModel)
    {
        LoraConfig config = adapters.Config;
        return new JsonObject
        {
            ["alpha_pattern"] = new JsonObject(config.AlphaPattern.Select(pattern => KeyValuePair.Create(pattern.Key, (JsonNode?)pattern.Value))),
            ["auto_mapping"] = null,
            ["base_model_name_or_path"] = baseModel,
            ["bias"] = "none",
            ["exclude_modules"] = Names(config.Exclude),
            ["fan_in_fan_out"] = false,
            ["inference_mode"] = true,
            ["init_lora_weights"] = true,
            ["layers_pattern"] = config.LayersPatterns is null ? null : new JsonArray([.. config.LayersPatterns.Select(pattern => (JsonNode?)pattern)]),
            ["layers_to_transform"] = config.Layers is null ? null : new JsonArray([.. config.Layers.Select(layer => (JsonNode?)layer)]),
            ["lora_alpha"] = config.Alpha,
            ["lora_dropout"] = config.Dropout,
            ["modules_to_save"] = null,
            ["peft_type"] = "LORA",
            ["r"] = config.Rank,
            ["rank_pattern"] = new JsonObject(config.RankPattern.Select(pattern => KeyValuePair.Create(pattern.Key, (JsonNode?)pattern.Value))),
            ["revision"] = null,
            ["target_modules"] = Names(config.Targets) ?? Ends(adapters),
            ["task_type"] = "CAUSAL_LM",
            ["use_dora"] = false,
            ["use_rslora"] = config.RankStabilized,
        };
    }

    private static JsonObject Parse(string path)
    {
        try
        {
            return JsonNode.Parse(File.ReadAllText(path)) as JsonObject ?? throw new UserError($"{path}: is no JSON object.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new UserError($"{path}: cannot be read as an adapter's configuration ({e.Message}).", inner: e);
        }
    }

    private static void Refuse(JsonObject json, string path)
    {
        string kind = json["peft_type"]?.GetValue<string>() ?? "";
        if (kind != "LORA")
        {
            throw new UserError($"{path}: peft_type '{kind}' is not supported; only LORA is.");
        }

        foreach ((string key, string what) in MustBeOff)
        {
            if (!IsOff(json[key]))
            {
                throw new UserError($"{path}: {key} ({what}) is not supported.");
            }
        }

        string bias = json["bias"]?.GetValue<string>() ?? "none";
        if (bias != "none")
        {
            throw new UserError($"{path}: bias '{bias}' is not supported; only 'none' is.");
        }

        if (json["init_lora_weights"] is JsonValue start && start.GetValueKind() == JsonValueKind.String && !PlainStarts.Contains(start.GetValue<string>()))
        {
            throw new UserError($"{path}: init_lora_weights '{start.GetValue<string>()}' changes the base's weights and is not supported; convert the adapter to a plain LoRA first.");
        }
    }

    private static bool IsOff(JsonNode? node) => node switch
    {
        null => true,
        JsonArray array => array.Count == 0,
        JsonObject entries => entries.Count == 0,
        _ => node.GetValueKind() == JsonValueKind.False,
    };

    private static ModuleTargets? Targets(JsonNode? node) => node switch
    {
        JsonArray { Count: > 0 } names => ModuleTargets.Of([.. names.Select(name => name!.GetValue<string>())]),
        JsonValue value when string.Equals(value.GetValue<string>(), "all-linear", StringComparison.OrdinalIgnoreCase) => ModuleTargets.AllLinear,
        JsonValue value => ModuleTargets.Matching(value.GetValue<string>()),
        _ => null,
    };

    private static List<KeyValuePair<string, T>> Patterns<T>(JsonNode? node) =>
        node is JsonObject entries ? [.. entries.Select(entry => KeyValuePair.Create(entry.Key, entry.Value!.GetValue<T>()))] : [];

    private static JsonNode? Names(ModuleTargets? targets) => targets switch
    {
        { Names: IReadOnlyList<string> names } => new JsonArray([.. names.Select(name => (JsonNode?)name)]),
        { Pattern: string pattern } => pattern,
        _ => null,
    };

    /// <summary>PEFT writes out what all-linear became: here the ends of the paths, which Exclude and Layers narrow again as they did before.</summary>
    private static JsonArray Ends(LoraAdapters adapters) =>
        new([.. adapters.Maps.Select(map => map.Key[(map.Key.LastIndexOf('.') + 1)..]).Distinct().Select(end => (JsonNode?)end)]);
}

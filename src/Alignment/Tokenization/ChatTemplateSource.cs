using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Alignment.Shared;

namespace Alignment.Tokenization;

/// <summary>The texts of a model's chat templates and the special tokens that they may name, wherever they are stored.</summary>
internal sealed record ChatTemplateSource(
    string Origin, IReadOnlyDictionary<string, string> Templates, IReadOnlyDictionary<string, object?> SpecialTokens)
{
    /// <summary>The file of a folder that comes before everything else.</summary>
    public const string FileName = "chat_template.jinja";

    private const string NamedFolder = "additional_chat_templates";
    private const string GgufKey = "tokenizer.chat_template";
    private static readonly string[] TokenKeys =
        ["bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token", "additional_special_tokens"];

    /// <summary>One template from its text.</summary>
    public static ChatTemplateSource FromText(string jinja, IReadOnlyDictionary<string, string?>? specialTokens) => new(
        "the chat template",
        new Dictionary<string, string> { [ChatTemplate.DefaultName] = jinja },
        (specialTokens ?? new Dictionary<string, string?>()).Where(t => t.Value is not null).ToDictionary(t => t.Key, object? (t) => t.Value));

    /// <summary>The templates of a Hugging Face folder; none is an empty list.</summary>
    public static ChatTemplateSource FromFolder(string folder)
    {
        JsonObject config = ReadObject(Path.Combine(folder, "tokenizer_config.json"));
        Dictionary<string, string> templates = FromFiles(folder);
        if (templates.Count == 0)
        {
            JsonNode? stored = ReadObject(Path.Combine(folder, "chat_template.json"))["chat_template"] ?? config["chat_template"];
            templates = FromNode(stored, Path.Combine(folder, "tokenizer_config.json"));
        }

        return new(folder, templates, SpecialTokensOf(config, ReadObject(Path.Combine(folder, "special_tokens_map.json"))));
    }

    /// <summary>The templates of a GGUF file's metadata; none is an empty list.</summary>
    public static ChatTemplateSource FromGguf(IReadOnlyDictionary<string, object> metadata)
    {
        var templates = new Dictionary<string, string>();
        foreach ((string key, object value) in metadata)
        {
            if (key.StartsWith(GgufKey, StringComparison.Ordinal) && value is string text)
            {
                string name = key == GgufKey ? ChatTemplate.DefaultName : key[(GgufKey.Length + 1)..];
                templates[name] = text;
            }
        }

        var tokens = new Dictionary<string, object?>();
        var vocabulary = metadata.GetValueOrDefault("tokenizer.ggml.tokens") as IReadOnlyList<string>;
        foreach ((string variable, string key) in new[] { ("bos_token", "bos"), ("eos_token", "eos"), ("unk_token", "unknown"), ("pad_token", "padding") })
        {
            if (metadata.GetValueOrDefault($"tokenizer.ggml.{key}_token_id") is IConvertible id
                && id.ToInt64(CultureInfo.InvariantCulture) is long index && index >= 0 && index < (vocabulary?.Count ?? 0))
            {
                tokens[variable] = vocabulary![(int)index];
            }
        }

        return new("the GGUF file", templates, tokens);
    }

    /// <summary>Writes the templates as files of a folder.</summary>
    public static void Save(string folder, IReadOnlyDictionary<string, string> templates)
    {
        foreach ((string name, string text) in templates)
        {
            string path = name == ChatTemplate.DefaultName
                ? Path.Combine(folder, FileName)
                : Path.Combine(folder, NamedFolder, name + ".jinja");
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, text);
        }
    }

    private static Dictionary<string, string> FromFiles(string folder)
    {
        var templates = new Dictionary<string, string>();
        string single = Path.Combine(folder, FileName);
        if (File.Exists(single))
        {
            templates[ChatTemplate.DefaultName] = File.ReadAllText(single);
        }

        string named = Path.Combine(folder, NamedFolder);
        if (Directory.Exists(named))
        {
            foreach (string file in Directory.EnumerateFiles(named, "*.jinja").Order(StringComparer.Ordinal))
            {
                templates[Path.GetFileNameWithoutExtension(file)] = File.ReadAllText(file);
            }
        }

        return templates;
    }

    private static Dictionary<string, string> FromNode(JsonNode? stored, string file)
    {
        switch (stored)
        {
            case null:
                return [];
            case JsonValue value when value.GetValueKind() == JsonValueKind.String:
                return new() { [ChatTemplate.DefaultName] = value.GetValue<string>() };
            case JsonArray list:
                var templates = new Dictionary<string, string>();
                foreach (JsonNode? entry in list)
                {
                    if (entry is not JsonObject named || TextOf(named["name"]) is not string name || TextOf(named["template"]) is not string text)
                    {
                        throw new UserError($"{file}: an entry of chat_template has no name or no template: give both as texts", ExitCodes.Failed);
                    }

                    templates[name] = text;
                }

                return templates;
            case JsonObject byName:
                return byName.Where(t => TextOf(t.Value) is not null).ToDictionary(t => t.Key, t => TextOf(t.Value)!);
            default:
                throw new UserError($"{file}: chat_template is neither a text nor a list of named templates", ExitCodes.Failed);
        }
    }

    private static Dictionary<string, object?> SpecialTokensOf(JsonObject config, JsonObject map)
    {
        var tokens = new Dictionary<string, object?>();
        foreach (string key in TokenKeys)
        {
            JsonNode? node = config.ContainsKey(key) ? config[key] : map[key];
            if (node is JsonArray list)
            {
                tokens[key] = list.Select(TokenText).Where(t => t is not null).Cast<object?>().ToList();
            }
            else if (TokenText(node) is { Length: > 0 } text)
            {
                tokens[key] = text;
            }
        }

        foreach ((string key, JsonNode? node) in config["extra_special_tokens"] as JsonObject ?? [])
        {
            if (TokenText(node) is { Length: > 0 } text)
            {
                tokens[key] = text;
            }
        }

        return tokens;
    }

    private static string? TokenText(JsonNode? node) => node is JsonObject added ? TextOf(added["content"]) : TextOf(node);

    private static string? TextOf(JsonNode? node) => node?.GetValueKind() == JsonValueKind.String ? node.GetValue<string>() : null;

    private static JsonObject ReadObject(string path)
    {
        if (!File.Exists(path))
        {
            return [];
        }

        try
        {
            return JsonNode.Parse(File.ReadAllText(path)) as JsonObject
                ?? throw new UserError($"{path}: the file holds no JSON object", ExitCodes.Failed);
        }
        catch (JsonException e)
        {
            throw new UserError($"{path}: the file is no valid JSON: {e.Message}", ExitCodes.Failed, e);
        }
    }
}

using System.Text.Json;

namespace Alignment.Tokenization;

/// <summary>A special token as tokenizer_config.json writes it: a text, or an object with its rules.</summary>
/// <param name="Content">Its text.</param>
/// <param name="Rules">The rules when it is an object; the id is not known yet.</param>
internal sealed record NamedToken(string Content, AddedToken? Rules);

/// <summary>What tokenizer_config.json and special_tokens_map.json say, as transformers 4.57 reads them.</summary>
internal sealed record TokenizerConfig
{
    /// <summary>The keys of single special tokens.</summary>
    private static readonly string[] Roles = ["bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token"];

    /// <summary>The class named by tokenizer_class.</summary>
    public required TokenizerClass Class { get; init; }

    /// <summary>Special tokens by role (bos_token …); a role without a token is absent.</summary>
    public required IReadOnlyDictionary<string, NamedToken> ByRole { get; init; }

    /// <summary>Further special tokens.</summary>
    public required IReadOnlyList<NamedToken> Additional { get; init; }

    /// <summary>added_tokens_decoder, by ascending id.</summary>
    public required IReadOnlyList<AddedToken> AddedTokens { get; init; }

    /// <summary>BOS in front, where the class has its own template.</summary>
    public required bool AddBos { get; init; }

    /// <summary>EOS at the end, where the class has its own template.</summary>
    public required bool AddEos { get; init; }

    /// <summary>Overrides the same option of a byte-level pre-tokenizer that stands alone.</summary>
    public required bool AddPrefixSpace { get; init; }

    /// <summary>Removes spaces before punctuation from decoded text.</summary>
    public required bool CleanUp { get; init; }

    /// <summary>All special tokens in transformers' order.</summary>
    public IEnumerable<NamedToken> SpecialTokens => Roles.Where(ByRole.ContainsKey).Select(role => ByRole[role]).Concat(Additional);

    /// <summary>Reads both files; either may be missing.</summary>
    public static TokenizerConfig Read(JsonPart config, JsonPart? specialTokensMap)
    {
        // The map is an older form: it counts only where the configuration has no added_tokens_decoder.
        JsonPart? map = config.Has("added_tokens_decoder") ? null : specialTokensMap;
        var kind = TokenizerClass.Of(config.Text("tokenizer_class", null));
        var byRole = new Dictionary<string, NamedToken>(StringComparer.Ordinal);
        foreach (string role in Roles)
        {
            string? missing = role switch { "bos_token" => kind.Bos, "eos_token" => kind.Eos, "unk_token" => kind.Unk, "pad_token" => kind.Pad, _ => null };
            NamedToken? token = map is JsonPart given && given.Has(role) ? Named(given, role)
                : config.Names(role) ? Named(config, role)
                : missing is null ? null : new NamedToken(missing, null);
            if (token is not null)
            {
                byRole[role] = token;
            }
        }

        return new TokenizerConfig
        {
            Class = kind,
            ByRole = byRole,
            Additional = [.. Further(map is JsonPart further && further.Has("additional_special_tokens") ? further : config)],
            AddedTokens = [.. Decoder(config)],
            AddBos = config.Flag("add_bos_token", kind.AddBos),
            AddEos = config.Flag("add_eos_token", false),
            AddPrefixSpace = config.Flag("add_prefix_space", false),
            CleanUp = config.Flag("clean_up_tokenization_spaces", false),
        };
    }

    /// <summary>An added token of tokenizer.json or of a configuration.</summary>
    public static AddedToken Token(JsonPart part, int id, bool specialByDefault)
    {
        part.Only("id", "content", "special", "single_word", "lstrip", "rstrip", "normalized", "__type");
        bool special = part.Flag("special", specialByDefault);
        return new AddedToken(part.Text("content"), id, special, part.Flag("single_word", false), part.Flag("lstrip", false),
            part.Flag("rstrip", false), part.Flag("normalized", !part.Flag("special", false)));
    }

    private static NamedToken? Named(JsonPart part, string key) => part.Has(key) ? Named(part.Raw(key), part, key) : null;

    private static NamedToken Named(JsonElement element, JsonPart part, string key) => element.ValueKind switch
    {
        JsonValueKind.String => new NamedToken(element.GetString()!, null),
        JsonValueKind.Object => Token(new JsonPart(element, $"{part.Place}.{key}"), id: -1, specialByDefault: true) is var token
            ? new NamedToken(token.Content, token) : throw part.Damaged(key),
        _ => throw part.Damaged($"'{key}' must be a text or an object, but is {JsonPart.Kind(element)}"),
    };

    private static IEnumerable<NamedToken> Further(JsonPart config)
    {
        const string Additional = "additional_special_tokens";
        foreach (JsonElement element in config.Has(Additional) ? config.Array(Additional) : [])
        {
            yield return Named(element, config, Additional);
        }

        const string Extra = "extra_special_tokens";
        if (config.Has(Extra) && config.Raw(Extra).ValueKind == JsonValueKind.Object)
        {
            foreach (JsonProperty property in config.Raw(Extra).EnumerateObject())
            {
                yield return Named(property.Value, config, Extra);
            }
        }
    }

    private static IEnumerable<AddedToken> Decoder(JsonPart config)
    {
        const string Key = "added_tokens_decoder";
        return !config.Has(Key) ? [] : config.Raw(Key).EnumerateObject()
            .Select(p => Token(new JsonPart(p.Value, $"{config.Place}.{Key}.{p.Name}"), Id(config, p.Name), specialByDefault: false))
            .OrderBy(t => t.Id);
    }

    private static int Id(JsonPart config, string text) =>
        int.TryParse(text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out int id)
            ? id : throw config.Damaged($"added_tokens_decoder has the key '{text}', which is no id");
}

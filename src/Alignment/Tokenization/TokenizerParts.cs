using System.Text;
using System.Text.Json;

namespace Alignment.Tokenization;

/// <summary>Builds the steps of a tokenizer from tokenizer.json; a kind or an option that is not supported is refused by name.</summary>
internal static class TokenizerParts
{
    /// <summary>The normalizer, null for none.</summary>
    public static INormalizer? Normalizer(JsonPart? part) => part is not JsonPart given ? null : given.Type switch
    {
        "Sequence" => Checked(given, "normalizers") ? new NormalizerSequence([.. given.Objects("normalizers").Select(p => Normalizer(p)!)]) : null,
        "NFC" => Checked(given) ? new UnicodeForm(NormalizationForm.FormC) : null,
        "NFD" => Checked(given) ? new UnicodeForm(NormalizationForm.FormD) : null,
        "NFKC" => Checked(given) ? new UnicodeForm(NormalizationForm.FormKC) : null,
        "NFKD" => Checked(given) ? new UnicodeForm(NormalizationForm.FormKD) : null,
        "Prepend" => Checked(given, "prepend") ? new Prepend(given.Text("prepend")) : null,
        "Replace" => Checked(given, "pattern", "content") ? Replace(given) : null,
        "Strip" => Checked(given, "strip_left", "strip_right") ? new StripWhitespace(given.Flag("strip_left", true), given.Flag("strip_right", true)) : null,
        _ => throw given.Refuse($"the normalizer type '{given.Type}'"),
    };

    /// <summary>The pre-tokenizer, null for none.</summary>
    /// <param name="part">The object.</param>
    /// <param name="addPrefixSpace">What the configuration says for a byte-level step that stands alone; null inside a sequence.</param>
    public static IPreTokenizer? PreTokenizer(JsonPart? part, bool? addPrefixSpace) => part is not JsonPart given ? null : given.Type switch
    {
        "Sequence" => Checked(given, "pretokenizers") ? new PreTokenizerSequence([.. given.Objects("pretokenizers").Select(p => PreTokenizer(p, null)!)]) : null,
        "Split" => Checked(given, "pattern", "behavior", "invert") ? new Split(Delimiter(given), Behavior(given, null), given.Flag("invert", false)) : null,
        "Digits" => Checked(given, "individual_digits") ? Digits(given.Flag("individual_digits", false)) : null,
        "Punctuation" => Checked(given, "behavior")
            ? new Split(new CharacterDelimiter(CharacterClasses.IsPunctuation), Behavior(given, "Isolated"), invert: false) : null,
        "ByteLevel" => Checked(given, "add_prefix_space", "trim_offsets", "use_regex")
            ? new ByteLevel(addPrefixSpace ?? given.Flag("add_prefix_space", true), given.Flag("use_regex", true)) : null,
        "Metaspace" => Checked(given, "replacement", "str_rep", "add_prefix_space", "prepend_scheme", "split")
            ? new Metaspace(given.Character("replacement"), PrependOf(given), given.Flag("split", true)) : null,
        _ => throw given.Refuse($"the pre-tokenizer type '{given.Type}'"),
    };

    /// <summary>The decoder, null for none.</summary>
    public static IDecoder? Decoder(JsonPart? part) => part is not JsonPart given ? null : given.Type switch
    {
        "Sequence" => Checked(given, "decoders") ? new DecoderSequence([.. given.Objects("decoders").Select(p => Decoder(p)!)]) : null,
        "ByteLevel" => Checked(given, "add_prefix_space", "trim_offsets", "use_regex") ? new ByteLevelDecoder() : null,
        "ByteFallback" => Checked(given) ? new ByteFallbackDecoder() : null,
        "Fuse" => Checked(given) ? new FuseDecoder() : null,
        "Replace" => Checked(given, "pattern", "content") ? new ReplaceDecoder(Replace(given)) : null,
        "Strip" => Checked(given, "content", "start", "stop") ? new StripDecoder(given.Character("content"), given.Number("start"), given.Number("stop")) : null,
        "Metaspace" => Checked(given, "replacement", "str_rep", "add_prefix_space", "prepend_scheme", "split")
            ? new MetaspaceDecoder(given.Character("replacement"), PrependOf(given) != MetaspacePrepend.Never) : null,
        _ => throw given.Refuse($"the decoder type '{given.Type}'"),
    };

    /// <summary>The model: BPE.</summary>
    public static BpeModel Model(JsonPart part)
    {
        if (part.Type is not (null or "BPE") || !part.Has("merges"))
        {
            throw part.Refuse($"the model type '{part.Type ?? "without merges"}'");
        }

        part.Only("vocab", "merges", "unk_token", "fuse_unk", "byte_fallback", "ignore_merges");
        Dictionary<string, int> vocabulary = Vocabulary(part);
        var options = new BpeOptions(part.Text("unk_token", null), part.Flag("fuse_unk", false), part.Flag("byte_fallback", false), part.Flag("ignore_merges", false));
        return new BpeModel(vocabulary, Merges(part, vocabulary), options);
    }

    private static Dictionary<string, int> Vocabulary(JsonPart model)
    {
        JsonElement vocab = model.Raw("vocab");
        if (vocab.ValueKind != JsonValueKind.Object)
        {
            throw model.Damaged($"'vocab' must be an object, but is {JsonPart.Kind(vocab)}");
        }

        var ids = new Dictionary<string, int>(vocab.GetPropertyCount(), StringComparer.Ordinal);
        foreach (JsonProperty token in vocab.EnumerateObject())
        {
            ids[token.Name] = token.Value.ValueKind == JsonValueKind.Number && token.Value.TryGetInt32(out int id)
                ? id : throw model.Damaged($"vocab gives '{token.Name}' something that is no id");
        }

        return ids;
    }

    private static List<(int Left, int Right)> Merges(JsonPart model, Dictionary<string, int> vocabulary)
    {
        JsonElement list = model.Raw("merges");
        if (list.ValueKind != JsonValueKind.Array)
        {
            throw model.Damaged($"'merges' must be a list, but is {JsonPart.Kind(list)}");
        }

        var lookup = vocabulary.GetAlternateLookup<ReadOnlySpan<char>>();
        var merges = new List<(int Left, int Right)>(list.GetArrayLength());
        foreach (JsonElement merge in list.EnumerateArray())
        {
            if (merge.ValueKind == JsonValueKind.Array && merge.GetArrayLength() == 2)
            {
                merges.Add((Part(merge[0].GetString()), Part(merge[1].GetString())));
                continue;
            }

            string text = merge.ValueKind == JsonValueKind.String ? merge.GetString()! : throw model.Damaged("merges must be texts or pairs of texts");
            int space = text.IndexOf(' ', StringComparison.Ordinal);
            if (space < 0 || text.IndexOf(' ', space + 1) >= 0)
            {
                // Old files begin with a version line.
                merges.AddRange(text.StartsWith("#version", StringComparison.Ordinal) ? [] : throw model.Damaged($"the merge '{text}' is no pair"));
                continue;
            }

            merges.Add((Part(text.AsSpan(0, space)), Part(text.AsSpan(space + 1))));
        }

        return merges;

        int Part(ReadOnlySpan<char> token) =>
            token.Length > 0 && lookup.TryGetValue(token, out int id) ? id : throw model.Damaged($"merges use '{token}', which is not in vocab");
    }

    private static bool Checked(JsonPart part, params ReadOnlySpan<string> known)
    {
        part.Only(known);
        return true;
    }

    private static Split Digits(bool individual) =>
        new(new CharacterDelimiter(CharacterClasses.IsNumeric), individual ? SplitBehavior.Isolated : SplitBehavior.Contiguous, invert: false);

    private static SplitBehavior Behavior(JsonPart part, string? missing)
    {
        string name = part.Text("behavior", missing) ?? part.Text("behavior");
        return Enum.TryParse(name, out SplitBehavior behavior) && Enum.IsDefined(behavior) ? behavior : throw part.Refuse($"the behavior '{name}'");
    }

    private static IDelimiter Delimiter(JsonPart part) => Pattern(part) switch
    {
        { Literal: string literal } when !literal.Any(char.IsSurrogate) => new LiteralDelimiter(literal),
        { Regex: string pattern } => new PatternDelimiter(OnigurumaPattern.Compile(pattern)),
        _ => throw part.Refuse("this pattern"),
    };

    private static INormalizer Replace(JsonPart part) => Pattern(part) switch
    {
        { Literal: { Length: > 0 } literal } => new ReplaceLiteral(literal, part.Text("content")),
        { Regex: string pattern } => new ReplacePattern(OnigurumaPattern.Compile(pattern), part.Text("content")),
        _ => throw part.Refuse("this pattern"),
    };

    private static (string? Literal, string? Regex) Pattern(JsonPart part)
    {
        if (part.Raw("pattern").ValueKind == JsonValueKind.String)
        {
            return (part.Text("pattern"), null);
        }

        JsonPart pattern = part.Object("pattern");
        return (pattern.Text("String", null), pattern.Text("Regex", null));
    }

    private static MetaspacePrepend PrependOf(JsonPart part)
    {
        string scheme = part.Text("prepend_scheme", null) ?? (part.Flag("add_prefix_space", true) ? "always" : "never");
        return scheme switch
        {
            "always" => MetaspacePrepend.Always,
            "first" => MetaspacePrepend.First,
            "never" => MetaspacePrepend.Never,
            _ => throw part.Refuse($"the prepend_scheme '{scheme}'"),
        };
    }
}

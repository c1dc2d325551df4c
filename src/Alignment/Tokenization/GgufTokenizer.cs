using System.Text.Json.Nodes;

using Alignment.Shared;

namespace Alignment.Tokenization;

/// <summary>
/// Makes a tokenizer from the <c>tokenizer.ggml.*</c> metadata of a GGUF file: as the tokenizer.json that the metadata
/// stands for, so that a saved tokenizer is the one that was used. Sources: llama.cpp's llama-vocab.cpp for the names of
/// pre-tokenizers, transformers' converters for the merges of SentencePiece vocabularies.
/// </summary>
public static class GgufTokenizer
{
    private const string Llama3 = "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
    private const string Qwen2 = "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
    private const string Space = "\u2581";

    private static readonly string[] DeepSeekV3 =
    [
        "\\p{N}{1,3}",
        "[一-龥぀-ゟ゠-ヿ]+",
        "[!\"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~][A-Za-z]+|[^\r\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+| ?[\\p{P}\\p{S}]+[\r\n]*|\\s*[\r\n]+|\\s+(?!\\S)|\\s+",
    ];

    private static readonly SortedDictionary<string, Func<JsonArray>> PreTokenizers = new(StringComparer.Ordinal)
    {
        ["gpt-2"] = static () => [TokenizerJson.ByteLevel(useRegex: true)],
        ["phi-2"] = static () => [TokenizerJson.ByteLevel(useRegex: true)],
        ["smollm"] = static () => [Digits(), TokenizerJson.ByteLevel(useRegex: true)],
        ["starcoder"] = static () => [Digits(), TokenizerJson.ByteLevel(useRegex: true)],
        ["llama-bpe"] = static () => [Split(Llama3), TokenizerJson.ByteLevel(useRegex: false)],
        ["llama3"] = static () => [Split(Llama3), TokenizerJson.ByteLevel(useRegex: false)],
        ["llama-v3"] = static () => [Split(Llama3), TokenizerJson.ByteLevel(useRegex: false)],
        ["smaug-bpe"] = static () => [Split(Llama3), TokenizerJson.ByteLevel(useRegex: false)],
        ["qwen2"] = static () => [Split(Qwen2), TokenizerJson.ByteLevel(useRegex: false)],
        ["deepseek-r1-qwen"] = static () => [Split(Qwen2), TokenizerJson.ByteLevel(useRegex: false)],
        ["deepseek-v3"] = static () => [.. DeepSeekV3.Select(Split), TokenizerJson.ByteLevel(useRegex: false)],
    };

    /// <summary>Makes the tokenizer.</summary>
    /// <param name="metadata">Key to value: .NET scalars, strings and typed arrays.</param>
    /// <exception cref="UserError">A key is missing or a kind of vocabulary is not supported (named in the message).</exception>
    public static Tokenizer Load(IReadOnlyDictionary<string, object> metadata)
    {
        var vocabulary = new GgufVocabulary(metadata);
        JsonObject tokenizer = vocabulary.Model switch
        {
            "gpt2" => ByteLevelFile(vocabulary),
            "llama" => SentencePieceFile(vocabulary),
            string other => throw new UserError($"GGUF metadata: tokenizer.ggml.model = '{other}' is not supported; gpt2 (byte-level BPE) and llama (SentencePiece BPE) are"),
        };
        var files = new Dictionary<string, byte[]>(StringComparer.Ordinal)
        {
            [TokenizerFiles.TokenizerFile] = TokenizerJson.ToBytes(tokenizer),
            [TokenizerFiles.ConfigFile] = TokenizerJson.ToBytes(Config(vocabulary, metadata)),
        };
        return TokenizerFolder.Load(new TokenizerFiles("GGUF metadata", files));
    }

    private static JsonObject ByteLevelFile(GgufVocabulary vocabulary)
    {
        string pre = vocabulary.Pre ?? "default";
        if (!PreTokenizers.TryGetValue(pre, out Func<JsonArray>? preTokenizer))
        {
            throw new UserError($"GGUF metadata: tokenizer.ggml.pre = '{pre}' is not supported; {string.Join(", ", PreTokenizers.Keys)} are");
        }

        bool qwen = pre is "qwen2" or "deepseek-r1-qwen";
        bool llama3 = pre is "llama-bpe" or "llama3" or "llama-v3";
        string[] merges = vocabulary.Merges ?? throw new UserError("GGUF metadata: tokenizer.ggml.merges is missing; a byte-level vocabulary needs it");
        return File(
            vocabulary,
            normalizer: qwen ? new JsonObject { ["type"] = "NFC" } : null,
            preTokenizer: new JsonObject { ["type"] = "Sequence", ["pretokenizers"] = preTokenizer() },
            decoder: TokenizerJson.ByteLevel(useRegex: true),
            Model(vocabulary, [.. merges.Select(merge => JsonValue.Create(merge))], unk: null, byteFallback: false, ignoreMerges: llama3),
            addBos: vocabulary.Flag("add_bos_token", llama3));
    }

    private static JsonObject SentencePieceFile(GgufVocabulary vocabulary)
    {
        if (vocabulary.Has("precompiled_charsmap") || vocabulary.Flag("remove_extra_whitespaces", false))
        {
            throw new UserError("GGUF metadata: SentencePiece normalisation (precompiled_charsmap, remove_extra_whitespaces) is not supported");
        }

        bool prefix = vocabulary.Flag("add_space_prefix", true);
        JsonArray normalizers = [Replace(" ", Space)];
        JsonArray decoders = [Replace(Space, " "), Typed("ByteFallback"), Typed("Fuse")];
        if (prefix)
        {
            normalizers.Insert(0, new JsonObject { ["type"] = "Prepend", ["prepend"] = Space });
            decoders.Add(new JsonObject { ["type"] = "Strip", ["content"] = " ", ["start"] = 1, ["stop"] = 0 });
        }

        string? unk = vocabulary.TokenOf("unknown") ?? vocabulary.Tokens.Where((_, id) => vocabulary.Types[id] == GgufVocabulary.Unknown).FirstOrDefault();
        return File(
            vocabulary,
            new JsonObject { ["type"] = "Sequence", ["normalizers"] = normalizers },
            preTokenizer: null,
            new JsonObject { ["type"] = "Sequence", ["decoders"] = decoders },
            Model(vocabulary, SentencePieceMerges.Of(vocabulary), unk, byteFallback: true, ignoreMerges: false),
            addBos: vocabulary.Flag("add_bos_token", true));
    }

    private static JsonObject File(GgufVocabulary vocabulary, JsonObject? normalizer, JsonObject? preTokenizer, JsonObject decoder, JsonObject model, bool addBos)
    {
        (string Token, int Id)? bos = addBos ? RoleToken(vocabulary, "bos") : null;
        (string Token, int Id)? eos = vocabulary.Flag("add_eos_token", false) ? RoleToken(vocabulary, "eos") : null;
        return TokenizerJson.File(AddedTokens(vocabulary), normalizer, preTokenizer, TokenizerJson.Template(bos, eos), decoder, model);
    }

    private static (string Token, int Id) RoleToken(GgufVocabulary vocabulary, string role) => vocabulary.TokenOf(role) is string token
        ? (token, vocabulary.Ids[token])
        : throw new UserError($"GGUF metadata: tokenizer.ggml.add_{role}_token is true, but there is no tokenizer.ggml.{role}_token_id");

    private static JsonArray AddedTokens(GgufVocabulary vocabulary)
    {
        var tokens = new JsonArray();
        for (int id = 0; id < vocabulary.Tokens.Length; id++)
        {
            int type = vocabulary.Types[id];
            if (type is GgufVocabulary.Control or GgufVocabulary.UserDefined or GgufVocabulary.Unknown)
            {
                tokens.Add(TokenizerJson.AddedToken(vocabulary.Tokens[id], id, special: type != GgufVocabulary.UserDefined));
            }
        }

        return tokens;
    }

    private static JsonObject Model(GgufVocabulary vocabulary, JsonArray merges, string? unk, bool byteFallback, bool ignoreMerges)
    {
        var ids = new JsonObject();
        for (int id = 0; id < vocabulary.Tokens.Length; id++)
        {
            ids[vocabulary.Tokens[id]] = id;
        }

        return TokenizerJson.BpeModel(ids, merges, unk, byteFallback, ignoreMerges);
    }

    private static JsonObject Config(GgufVocabulary vocabulary, IReadOnlyDictionary<string, object> metadata)
    {
        var config = new JsonObject { ["tokenizer_class"] = "PreTrainedTokenizerFast", ["clean_up_tokenization_spaces"] = false };
        foreach ((string role, string key) in new[] { ("bos", "bos"), ("eos", "eos"), ("unk", "unknown"), ("pad", "padding") })
        {
            config[$"{role}_token"] = vocabulary.TokenOf(key);
        }

        if (metadata.GetValueOrDefault("general.architecture") is string architecture
            && GgufVocabulary.Whole(metadata.GetValueOrDefault($"{architecture}.context_length")) is decimal length)
        {
            config["model_max_length"] = length;
        }

        return config;
    }

    private static JsonObject Typed(string type) => new() { ["type"] = type };

    private static JsonObject Digits() => new() { ["type"] = "Digits", ["individual_digits"] = true };

    private static JsonObject Replace(string from, string to) =>
        new() { ["type"] = "Replace", ["pattern"] = new JsonObject { ["String"] = from }, ["content"] = to };

    private static JsonObject Split(string pattern) =>
        new() { ["type"] = "Split", ["pattern"] = new JsonObject { ["Regex"] = pattern }, ["behavior"] = "Isolated", ["invert"] = false };
}

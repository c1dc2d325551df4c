using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Alignment.Tokenization;

/// <summary>The parts of tokenizer.json as the tokenizers library writes them.</summary>
internal static class TokenizerJson
{
    /// <summary>JSON with two spaces of indentation, UTF-8, non-ASCII as it is.</summary>
    public static byte[] ToBytes(JsonObject file)
    {
        using var stream = new MemoryStream();
        var options = new JsonWriterOptions { Indented = true, IndentSize = 2, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        using (var writer = new Utf8JsonWriter(stream, options))
        {
            file.WriteTo(writer);
        }

        stream.WriteByte((byte)'\n');
        return stream.ToArray();
    }

    /// <summary>The whole file.</summary>
    public static JsonObject File(JsonArray addedTokens, JsonObject? normalizer, JsonObject? preTokenizer, JsonObject postProcessor, JsonObject decoder, JsonObject model) => new()
    {
        ["version"] = "1.0",
        ["truncation"] = null,
        ["padding"] = null,
        ["added_tokens"] = addedTokens,
        ["normalizer"] = normalizer,
        ["pre_tokenizer"] = preTokenizer,
        ["post_processor"] = postProcessor,
        ["decoder"] = decoder,
        ["model"] = model,
    };

    /// <summary>An entry of added_tokens that is searched in the original text.</summary>
    public static JsonObject AddedToken(string content, int id, bool special) => new()
    {
        ["id"] = id,
        ["content"] = content,
        ["single_word"] = false,
        ["lstrip"] = false,
        ["rstrip"] = false,
        ["normalized"] = false,
        ["special"] = special,
    };

    /// <summary>A post-processor that puts BOS in front and EOS behind, each where it is given.</summary>
    public static JsonObject Template((string Token, int Id)? bos, (string Token, int Id)? eos)
    {
        var tokens = new JsonObject();
        foreach ((string token, int id) in new[] { bos, eos }.OfType<(string, int)>())
        {
            tokens[token] = new JsonObject { ["id"] = token, ["ids"] = new JsonArray(id), ["tokens"] = new JsonArray(token) };
        }

        return new JsonObject
        {
            ["type"] = "TemplateProcessing",
            ["single"] = new JsonArray([.. Around("A", 0)]),
            ["pair"] = new JsonArray([.. Around("A", 0), .. Around("B", 1)]),
            ["special_tokens"] = tokens,
        };

        IEnumerable<JsonNode> Around(string sequence, int type)
        {
            JsonObject Item(string kind, string id) => new() { [kind] = new JsonObject { ["id"] = id, ["type_id"] = type } };
            return [.. Special(bos), Item("Sequence", sequence), .. Special(eos)];
            IEnumerable<JsonObject> Special((string Token, int Id)? token) => token is null ? [] : [Item("SpecialToken", token.Value.Token)];
        }
    }

    /// <summary>A byte-level pre-tokenizer, decoder or post-processor.</summary>
    public static JsonObject ByteLevel(bool useRegex) =>
        new() { ["type"] = "ByteLevel", ["add_prefix_space"] = false, ["trim_offsets"] = true, ["use_regex"] = useRegex };

    /// <summary>A model of type BPE.</summary>
    public static JsonObject BpeModel(JsonObject vocabulary, JsonArray merges, string? unk = null, bool byteFallback = false, bool ignoreMerges = false) => new()
    {
        ["type"] = "BPE",
        ["dropout"] = null,
        ["unk_token"] = unk,
        ["continuing_subword_prefix"] = null,
        ["end_of_word_suffix"] = null,
        ["fuse_unk"] = byteFallback,
        ["byte_fallback"] = byteFallback,
        ["ignore_merges"] = ignoreMerges,
        ["vocab"] = vocabulary,
        ["merges"] = merges,
    };
}

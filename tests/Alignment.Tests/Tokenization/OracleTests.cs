using System.Text.Json.Nodes;

using Alignment.Goldens;
using Alignment.Tokenization;

namespace Alignment.Tests.Tokenization;

/// <summary>Differential tests against the Hugging Face library on seeded random texts.</summary>
public class OracleTests
{
    /// <summary>Changes to tiny-bpe's file (or tiny-spm's) that reach what the golden folders do not have.</summary>
    public static TheoryData<string, string> Variants => new()
    {
        { "tiny-bpe", """{"pre_tokenizer":{"type":"ByteLevel","add_prefix_space":true,"trim_offsets":true,"use_regex":true}}""" },
        { "tiny-bpe", """{"pre_tokenizer":{"type":"Sequence","pretokenizers":[{"type":"ByteLevel","add_prefix_space":true,"trim_offsets":true,"use_regex":false},{"type":"Digits","individual_digits":false}]}}""" },
        { "tiny-bpe", """{"pre_tokenizer":{"type":"Sequence","pretokenizers":[{"type":"Punctuation","behavior":"Contiguous"},{"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true,"use_regex":true},{"type":"Digits","individual_digits":false}]}}""" },
        { "tiny-bpe", Split(@"\s+", "Removed", invert: false) },
        { "tiny-bpe", Split(@"\w+", "Removed", invert: false) },
        { "tiny-bpe", Split(@"[\w']+", "Removed", invert: true) },
        { "tiny-bpe", Split(@"\W", "Removed", invert: false) },
        { "tiny-bpe", Split(@"\d{1,3}", "MergedWithPrevious", invert: false) },
        { "tiny-bpe", Split(@"\p{P}|\p{S}", "MergedWithNext", invert: false) },
        { "tiny-bpe", Split(@"[^\p{L}\p{N}]", "Contiguous", invert: false) },
        { "tiny-bpe", Split(@"(?i:'s|'t|k)", "Removed", invert: false) },
        { "tiny-bpe", Split(@"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}+", "Removed", invert: false) },
        { "tiny-bpe", Split(@" ?[^\s\p{L}\p{N}]++[\r\n]*", "Removed", invert: false) },
        { "tiny-bpe", Split(@"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+", "Removed", invert: false) },
        { "tiny-bpe", Split(@"^.|.$", "Removed", invert: false) },
        { "tiny-bpe", Split(@"\p{Mn}|\p{Mc}|\p{Me}|\p{Sk}|\p{Sc}|\p{Cf}|\p{Co}|\p{Cc}", "Removed", invert: false) },
        { "tiny-bpe", Split(@"\p{Cn}|\p{No}|\p{Nl}", "Removed", invert: false) },
        { "tiny-bpe", Split(@"\p{Z}|[\u3040-\u30FF]", "Removed", invert: false) },
        { "tiny-bpe", Split(@"(?=\p{Lu})", "Isolated", invert: false) },
        { "tiny-bpe", Split(@"a{,2}b|e{2}+|o{1,}?", "Removed", invert: false) },
        { "tiny-bpe", """{"normalizer":{"type":"Sequence","normalizers":[{"type":"NFKC"},{"type":"Strip","strip_left":true,"strip_right":false}]}}""" },
        { "tiny-bpe", """{"normalizer":{"type":"NFD"}}""" },
        { "tiny-bpe", """{"normalizer":{"type":"NFKD"}}""" },
        { "tiny-bpe", """{"normalizer":{"type":"Replace","pattern":{"Regex":"\\s+|\\p{N}"},"content":"-"}}""" },
        { "tiny-bpe", Added("lstrip") },
        { "tiny-bpe", Added("rstrip") },
        { "tiny-bpe", Added("single_word") },
        { "tiny-bpe", Added("lstrip", "rstrip", "single_word") },
        { "tiny-bpe", """{"normalizer":{"type":"NFKC"},"added_tokens":[{"id":600,"content":"ﬁne","single_word":false,"lstrip":false,"rstrip":false,"normalized":true,"special":false},{"id":601,"content":"½","single_word":false,"lstrip":false,"rstrip":false,"normalized":false,"special":false}]}""" },
        { "tiny-bpe", """{"model":{"ignore_merges":true}}""" },
        { "tiny-spm", """{"model":{"fuse_unk":false,"byte_fallback":false}}""" },
        { "tiny-spm", """{"model":{"fuse_unk":true,"byte_fallback":false}}""" },
        { "tiny-spm", """{"normalizer":null,"pre_tokenizer":{"type":"Metaspace","replacement":"▁","prepend_scheme":"always","split":true},"decoder":{"type":"Metaspace","replacement":"▁","prepend_scheme":"always","split":true}}""" },
        { "tiny-spm", """{"normalizer":null,"pre_tokenizer":{"type":"Metaspace","replacement":"▁","prepend_scheme":"first","split":false},"decoder":{"type":"Metaspace","replacement":"▁","prepend_scheme":"first","split":true}}""" },
        { "tiny-spm", """{"normalizer":null,"pre_tokenizer":{"type":"Metaspace","replacement":"▁","prepend_scheme":"never","split":true},"decoder":{"type":"Metaspace","replacement":"▁","prepend_scheme":"never","split":true}}""" },
        { "tiny-spm", """{"decoder":null}""" },
        { "tiny-spm", """{"decoder":{"type":"Sequence","decoders":[{"type":"Replace","pattern":{"Regex":"▁|e"},"content":" "},{"type":"ByteFallback"},{"type":"Strip","content":" ","start":1,"stop":0},{"type":"Fuse"}]}}""" },
    };

    [Fact]
    public void EncodeAndDecode_RandomTexts_AreThoseOfTheLibrary()
    {
        foreach (string folder in GoldenTokenizers.Folders())
        {
            string source = GoldenTokenizers.Source(folder);
            JsonObject file = GoldenData.Json(Path.Combine(source, "tokenizer.json")).AsObject();
            Compare(Path.GetFileName(folder), file, TokenizerFolder.Load(source), Texts(folder), GoldenData.Full ? 20_000 : 2_000);
        }
    }

    [Theory, MemberData(nameof(Variants))]
    public void EncodeAndDecode_VariantOfAFile_AreThoseOfTheLibrary(string name, string changes)
    {
        string folder = Path.Combine(GoldenData.Repository, "tests", "Goldens", "tokenizers", name);
        JsonObject file = GoldenData.Json(Path.Combine(folder, "tokenizer.json")).AsObject();
        foreach ((string key, JsonNode? value) in JsonNode.Parse(changes)!.AsObject())
        {
            Change(file, key, value);
        }

        var files = new Dictionary<string, byte[]>
        {
            ["tokenizer.json"] = System.Text.Encoding.UTF8.GetBytes(file.ToJsonString()),
            ["tokenizer_config.json"] = System.Text.Encoding.UTF8.GetBytes(new JsonObject { ["add_prefix_space"] = (file["pre_tokenizer"] as JsonObject)?["add_prefix_space"]?.DeepClone() }.ToJsonString()),
        };
        Compare(name + " with " + changes, file, TokenizerFolder.Load(new TokenizerFiles("variant", files)), Texts(folder), GoldenData.Full ? 3_000 : 300);
    }

    private static string Split(string pattern, string behavior, bool invert)
    {
        var split = new JsonObject
        {
            ["type"] = "Split",
            ["pattern"] = new JsonObject { ["Regex"] = pattern },
            ["behavior"] = behavior,
            ["invert"] = invert,
        };
        var bytes = new JsonObject { ["type"] = "ByteLevel", ["add_prefix_space"] = false, ["trim_offsets"] = true, ["use_regex"] = false };
        var sequence = new JsonObject { ["type"] = "Sequence", ["pretokenizers"] = new JsonArray(split, bytes) };
        return new JsonObject { ["pre_tokenizer"] = sequence }.ToJsonString();
    }

    private static string Added(params string[] flags)
    {
        string[] contents = ["the", "ing", "<mask>", "12", "--", " x", "日本", "_"];
        var tokens = new JsonArray([.. contents.Select((content, i) => new JsonObject
        {
            ["id"] = 0,
            ["content"] = content,
            ["single_word"] = flags.Contains("single_word"),
            ["lstrip"] = flags.Contains("lstrip"),
            ["rstrip"] = flags.Contains("rstrip"),
            ["normalized"] = i % 2 == 0,
            ["special"] = false,
        })]);
        return new JsonObject { ["added_tokens"] = tokens }.ToJsonString();
    }

    private static void Change(JsonObject file, string key, JsonNode? value)
    {
        switch (key)
        {
            case "model":
                foreach ((string option, JsonNode? setting) in value!.AsObject())
                {
                    file["model"]![option] = setting!.DeepClone();
                }

                break;
            case "added_tokens":
                int next = file["model"]!["vocab"]!.AsObject().Count;
                foreach (JsonNode? token in value!.AsArray())
                {
                    JsonNode copy = token!.DeepClone();
                    copy["id"] = (int?)file["model"]!["vocab"]![(string)token["content"]!] ?? next++;
                    file["added_tokens"]!.AsArray().Add(copy);
                }

                break;
            default:
                file[key] = value?.DeepClone();
                break;
        }
    }

    private static List<string> Texts(string folder) =>
        [.. GoldenData.JsonLines(Path.Combine(folder, "cases.jsonl")).Select(golden => (string)golden["text"]!).Where(text => text.Length is > 0 and < 2000)];

    private static void Compare(string name, JsonObject file, Tokenizer tokenizer, List<string> real, int count)
    {
        List<string> tokens = [.. file["added_tokens"]!.AsArray().Select(token => (string)token!["content"]!).Where(content => content.Length < 40).Take(200)];
        using var oracle = new Oracle(file);
        var texts = new RandomTexts(20_261, real, tokens);
        foreach (string text in real.Concat(Enumerable.Range(0, count).Select(_ => texts.Next())))
        {
            int[] expected = oracle.Encode(text);
            int[] actual = tokenizer.Encode(text, addSpecialTokens: false);
            Assert.True(expected.SequenceEqual(actual),
                $"{name}: {JsonValue.Create(text)!.ToJsonString()}\nexpected {Show(tokenizer, expected)}\nactual   {Show(tokenizer, actual)}");
            Assert.Equal(oracle.Decode(expected), tokenizer.DecodeRaw(expected, skipSpecialTokens: false));
        }
    }

    private static string Show(Tokenizer tokenizer, int[] ids) => string.Join(' ', ids.Select(id => tokenizer.TokenOf(id)));
}

using System.Text.Json.Nodes;

using Alignment.Checkpoints;
using Alignment.Goldens;
using Alignment.Shared;
using Alignment.Tokenization;

namespace Alignment.Tests.Tokenization;

public class GgufTokenizerTests
{
    private static readonly string TinyBpe = Path.Combine(GoldenData.Repository, "tests", "Goldens", "tokenizers", "tiny-bpe");

    [Fact, Trait("speed", "full")]
    public void Load_SmolLm2_GivesTheGoldenIdsAlsoAfterSaving()
    {
        string model = Path.Combine(GoldenData.Shared, "models", "SmolLM2-135M-Instruct.Q4_1.gguf");
        string folder = Path.Combine(GoldenData.Shared, "goldens", "tokenizers", "smollm2");
        Assert.SkipUnless(GoldenData.Full && File.Exists(model) && Directory.Exists(folder), "needs the real model and the large goldens");
        using GgufFile file = GgufFile.Open(model);
        CheckAlsoAfterSaving(GgufTokenizer.Load(file.Metadata), folder);
    }

    [Fact, Trait("speed", "full")]
    public void Load_SentencePieceScores_GivesTheIdsOfTheSameVocabularyWithMerges()
    {
        string folder = Path.Combine(GoldenData.Shared, "goldens", "tokenizers", "mistral_v01");
        Assert.SkipUnless(GoldenData.Full && Directory.Exists(folder), "needs the large goldens");
        JsonNode model = GoldenData.Json(Path.Combine(folder, "tokenizer.json"))["model"]!;
        string[] tokens = Tokens(model);
        var rank = new Dictionary<string, int>();
        foreach (string merge in model["merges"]!.AsArray().Select(m => (string)m!))
        {
            rank.TryAdd(merge.Replace(" ", "", StringComparison.Ordinal), rank.Count);
        }

        var metadata = new Dictionary<string, object>
        {
            ["tokenizer.ggml.model"] = "llama",
            ["tokenizer.ggml.tokens"] = tokens,
            ["tokenizer.ggml.scores"] = tokens.Select(token => -(float)rank.GetValueOrDefault(token, tokens.Length)).ToArray(),
            ["tokenizer.ggml.token_type"] = tokens.Select((_, id) => id == 0 ? 2 : id < 3 ? 3 : id < 259 ? 6 : 1).ToArray(),
            ["tokenizer.ggml.bos_token_id"] = 1u,
            ["tokenizer.ggml.eos_token_id"] = 2u,
            ["tokenizer.ggml.unknown_token_id"] = 0u,
        };
        CheckAlsoAfterSaving(GgufTokenizer.Load(metadata), folder);
    }

    [Fact]
    public void Load_ByteLevelMetadata_GivesTheIdsOfTheSameVocabulary() =>
        CheckAlsoAfterSaving(GgufTokenizer.Load(Metadata()), TinyBpe);

    [Fact]
    public void Load_UserDefinedToken_IsFoundInTextButIsNoControlToken()
    {
        Dictionary<string, object> metadata = Metadata();
        string[] tokens = [.. (string[])metadata["tokenizer.ggml.tokens"], "<think>"];
        metadata["tokenizer.ggml.tokens"] = tokens;
        metadata["tokenizer.ggml.token_type"] = ((int[])metadata["tokenizer.ggml.token_type"]).Append(4).ToArray();
        Tokenizer tokenizer = GgufTokenizer.Load(metadata);
        Assert.Equal([tokens.Length - 1], tokenizer.Encode("<think>", addSpecialTokens: false));
        Assert.DoesNotContain("<think>", tokenizer.ControlTokens.Keys);
        Assert.Equal("<think>", tokenizer.Decode([tokens.Length - 1], skipSpecialTokens: true));
    }

    [Theory]
    [InlineData("tokenizer.ggml.model", "bert", "bert"), InlineData("tokenizer.ggml.model", "t5", "t5"), InlineData("tokenizer.ggml.model", "rwkv", "rwkv")]
    [InlineData("tokenizer.ggml.pre", "viking", "viking"), InlineData("tokenizer.ggml.pre", null, "default")]
    [InlineData("tokenizer.ggml.model", null, "tokenizer.ggml.model"), InlineData("tokenizer.ggml.tokens", null, "tokenizer.ggml.tokens")]
    [InlineData("tokenizer.ggml.merges", null, "tokenizer.ggml.merges"), InlineData("tokenizer.ggml.bos_token_id", "x", "bos_token_id")]
    [InlineData("tokenizer.ggml.add_bos_token", "yes", "add_bos_token")]
    public void Load_UnsupportedOrMissingKey_IsRefusedByName(string key, string? value, string named)
    {
        Dictionary<string, object> metadata = Metadata();
        metadata.Remove(key);
        if (value is not null)
        {
            metadata[key] = value;
        }

        UserError error = Assert.Throws<UserError>(() => GgufTokenizer.Load(metadata));
        Assert.Contains(named, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_TheSameTokenTwice_IsRefusedByName()
    {
        Dictionary<string, object> metadata = Metadata();
        ((string[])metadata["tokenizer.ggml.tokens"])[400] = "<|bos|>";
        Assert.Contains("<|bos|>", Assert.Throws<UserError>(() => GgufTokenizer.Load(metadata)).Message, StringComparison.Ordinal);
    }

    private static void CheckAlsoAfterSaving(Tokenizer tokenizer, string folder)
    {
        using var target = new TemporaryFolder();
        tokenizer.Save(target.Path);
        Tokenizer again = TokenizerFolder.Load(target.Path);
        using Oracle oracle = Oracle.Unchanged(target.Path);
        JsonNode info = GoldenData.Json(Path.Combine(folder, "info.json"));
        Assert.Equal((int?)info["bos"]![1], again.BosId);
        Assert.Equal((int?)info["eos"]![1], again.EosId);
        Assert.Equal((int?)info["unk"]![1], again.UnkId);
        foreach (JsonObject golden in GoldenData.JsonLines(Path.Combine(folder, "cases.jsonl")))
        {
            GoldenTokenizers.Check(tokenizer, golden);
            GoldenTokenizers.Check(again, golden);
            if ((string)golden["text"]! is { Length: > 0 and < 2000 } text)
            {
                Assert.Equal(GoldenTokenizers.Ids(golden["ids"]!), oracle.Encode(text));
            }
        }
    }

    internal static Dictionary<string, object> Metadata()
    {
        JsonNode model = GoldenData.Json(Path.Combine(TinyBpe, "tokenizer.json"))["model"]!;
        string[] tokens = Tokens(model);
        return new Dictionary<string, object>
        {
            ["tokenizer.ggml.model"] = "gpt2",
            ["tokenizer.ggml.pre"] = "gpt-2",
            ["tokenizer.ggml.tokens"] = tokens,
            ["tokenizer.ggml.merges"] = model["merges"]!.AsArray().Select(m => $"{m![0]} {m[1]}").ToArray(),
            ["tokenizer.ggml.token_type"] = tokens.Select((_, id) => id < 5 ? 3 : 1).ToArray(),
            ["tokenizer.ggml.bos_token_id"] = 1u,
            ["tokenizer.ggml.eos_token_id"] = 2u,
            ["tokenizer.ggml.padding_token_id"] = 0u,
            ["tokenizer.ggml.add_bos_token"] = true,
        };
    }

    private static string[] Tokens(JsonNode model) =>
        [.. model["vocab"]!.AsObject().OrderBy(token => (int)token.Value!).Select(token => token.Key)];
}

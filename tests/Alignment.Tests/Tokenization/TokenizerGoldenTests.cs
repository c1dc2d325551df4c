using System.Text.Json.Nodes;

using Alignment.Goldens;
using Alignment.Shared;
using Alignment.Tokenization;
using Alignment.Tokenization.Jinja;

namespace Alignment.Tests.Tokenization;

/// <summary>ids and text of every case and every chat of <c>tokenizers/</c>, exact.</summary>
public class TokenizerGoldenTests
{
    [Fact, Trait("suite", "golden")]
    public void EncodeAndDecode_GoldenCases_AreExact()
    {
        Assert.SkipUnless(GoldenData.Has("tokenizers"), "the golden folder has no tokenizers");
        var suite = new GoldenSuite("tokenizers");
        foreach (string folder in GoldenTokenizers.Folders())
        {
            Tokenizer tokenizer = TokenizerFolder.Load(GoldenTokenizers.Source(folder));
            string name = Path.GetFileName(folder);
            int line = 0;
            foreach (JsonObject golden in GoldenData.JsonLines(Path.Combine(folder, "cases.jsonl")))
            {
                suite.Case($"{name}/{line++}", [], () => GoldenTokenizers.Check(tokenizer, golden));
            }

            foreach (JsonObject golden in GoldenTokenizers.Chats(folder))
            {
                suite.Case($"{name}/chat/{golden["name"]}", [], () => GoldenTokenizers.CheckChat(folder, tokenizer, golden));
            }
        }

        suite.Finish();
    }

    [Fact]
    public void SpecialIds_GoldenFolders_AreThoseOfTheReference()
    {
        foreach (string folder in GoldenTokenizers.Folders())
        {
            Tokenizer tokenizer = TokenizerFolder.Load(GoldenTokenizers.Source(folder));
            JsonNode info = GoldenData.Json(Path.Combine(folder, "info.json"));
            Assert.Equal((int?)info["bos"]![1], tokenizer.BosId);
            Assert.Equal((int?)info["eos"]![1], tokenizer.EosId);
            Assert.Equal((int?)info["pad"]![1], tokenizer.PadId);
            Assert.Equal((int?)info["unk"]![1], tokenizer.UnkId);
            Assert.Equal((int)info["vocab"]!, tokenizer.VocabularySize);
        }
    }
}

/// <summary>The folders of <c>tokenizers/</c> and where each one's tokenizer lies.</summary>
internal static class GoldenTokenizers
{
    /// <summary>The folders with cases whose tokenizer is at hand.</summary>
    public static IEnumerable<string> Folders() => !GoldenData.Has("tokenizers") ? [] : Directory.EnumerateDirectories(GoldenData.At("tokenizers"))
        .Where(folder => File.Exists(Path.Combine(folder, "cases.jsonl")) && File.Exists(Path.Combine(Source(folder), "tokenizer.json")))
        .Order(StringComparer.Ordinal);

    /// <summary>The folder itself, or the one under the shared folder that its info.json names.</summary>
    public static string Source(string folder)
    {
        string source = (string)GoldenData.Json(Path.Combine(folder, "info.json"))["tokenizer"]!;
        return source.StartsWith("shared/", StringComparison.Ordinal) ? Path.Combine(GoldenData.Shared, source["shared/".Length..]) : folder;
    }

    /// <summary>Fails where ids or text differ from a case.</summary>
    public static void Check(Tokenizer tokenizer, JsonObject golden)
    {
        string text = (string)golden["text"]!;
        int[] ids = Ids(golden["ids"]!);
        int[] plain = Ids(golden["ids_no_special"]!);
        Assert.Equal(ids, tokenizer.Encode(text, addSpecialTokens: true));
        Assert.Equal(plain, tokenizer.Encode(text, addSpecialTokens: false));
        Assert.Equal((string)golden["decoded"]!, tokenizer.Decode(ids, skipSpecialTokens: false));
        Assert.Equal((string)golden["decoded_skip_special"]!, tokenizer.Decode(ids, skipSpecialTokens: true));
        Assert.Equal((string)golden["decoded_no_special"]!, tokenizer.Decode(plain, skipSpecialTokens: false));
    }

    /// <summary>The rendered conversations of a folder.</summary>
    public static IEnumerable<JsonObject> Chats(string folder) =>
        Path.Combine(folder, "chat.jsonl") is var file && File.Exists(file) ? GoldenData.JsonLines(file) : [];

    /// <summary>Fails where the text of a conversation, its ids, or the kind of its error differ.</summary>
    public static void CheckChat(string folder, Tokenizer tokenizer, JsonObject golden)
    {
        ChatTemplate template = ChatTemplate.Load(Source(folder));
        var extra = new Dictionary<string, object?>();
        if (golden["enable_thinking"] is JsonNode thinking)
        {
            extra["enable_thinking"] = (bool)thinking;
        }

        string Render() => template.Render(
            golden["messages"]!.AsArray(), (bool?)golden["add_generation_prompt"] ?? false, (bool?)golden["continue_final_message"] ?? false, golden["tools"], extra);
        if ((string?)golden["error_type"] is string errorType)
        {
            UserError error = Assert.Throws<UserError>(Render);
            Assert.Equal(errorType == "TemplateError", error.InnerException is JinjaException { Kind: JinjaErrorKind.Raised });
            if (errorType == "TemplateError")
            {
                Assert.Contains((string)golden["error"]!, error.Message, StringComparison.Ordinal);
            }

            return;
        }

        string text = Render();
        Assert.Equal((string)golden["text"]!, text);
        Assert.Equal(Ids(golden["ids"]!), tokenizer.Encode(text, addSpecialTokens: false));
    }

    /// <summary>A list of ids.</summary>
    public static int[] Ids(JsonNode node) => [.. node.AsArray().Select(id => (int)id!)];
}

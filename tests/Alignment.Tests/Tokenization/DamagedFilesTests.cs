using System.Text;
using System.Text.Json.Nodes;

using Alignment.Goldens;
using Alignment.Shared;
using Alignment.Tokenization;

namespace Alignment.Tests.Tokenization;

/// <summary>Files with one value replaced or removed: they load and work, or the error is one that the user can read.</summary>
public class DamagedFilesTests
{
    private const int Rounds = 1500;

    [Theory, InlineData("tiny-bpe"), InlineData("tiny-spm")]
    public void Load_RandomlyDamagedFile_WorksOrIsAUserError(string name)
    {
        string folder = Path.Combine(GoldenData.Repository, "tests", "Goldens", "tokenizers", name);
        JsonNode tokenizer = Shorten(GoldenData.Json(Path.Combine(folder, "tokenizer.json")));
        JsonNode config = GoldenData.Json(Path.Combine(folder, "tokenizer_config.json"));
        config["added_tokens_decoder"] = JsonNode.Parse("""{"2":{"content":"</s>","lstrip":false,"normalized":false,"rstrip":false,"single_word":false,"special":true}}""");
        config["additional_special_tokens"] = new JsonArray("[X]");
        var random = new Random(17);
        int refused = 0;
        for (int round = 0; round < Rounds; round++)
        {
            JsonNode file = tokenizer.DeepClone();
            JsonNode settings = config.DeepClone();
            Damage(random.Next(4) == 0 ? settings : file, random);
            refused += IsRefused(file, settings) ? 1 : 0;
        }

        Assert.InRange(refused, Rounds / 10, Rounds - 1);
    }

    [Fact]
    public void Load_RandomlyDamagedMetadata_WorksOrIsAUserError()
    {
        object[] values = ["x", 5u, -1, 1.5f, true, ulong.MaxValue, Array.Empty<string>(), new[] { 1, 2 }, new[] { "a" }, new object[] { 1 }];
        Dictionary<string, object> metadata = GgufTokenizerTests.Metadata();
        metadata["general.architecture"] = "llama";
        metadata["llama.context_length"] = 100u;
        foreach (string key in metadata.Keys)
        {
            foreach (object value in values)
            {
                var damaged = new Dictionary<string, object>(metadata) { [key] = value };
                try
                {
                    GgufTokenizer.Load(damaged).Encode("hello", addSpecialTokens: true);
                }
                catch (UserError e)
                {
                    Assert.NotEmpty(e.Message);
                }
            }
        }
    }

    private static bool IsRefused(JsonNode file, JsonNode settings)
    {
        var files = new Dictionary<string, byte[]>
        {
            ["tokenizer.json"] = Encoding.UTF8.GetBytes(file.ToJsonString()),
            ["tokenizer_config.json"] = Encoding.UTF8.GetBytes(settings.ToJsonString()),
        };
        try
        {
            Tokenizer loaded = TokenizerFolder.Load(new TokenizerFiles("damaged", files));
            loaded.Decode(loaded.Encode("Hello <|im_end|> wörld\n 12", addSpecialTokens: true), skipSpecialTokens: true);
            return false;
        }
        catch (UserError)
        {
            return true;
        }
    }

    /// <summary>Keeps the file small and the damage away from single tokens.</summary>
    private static JsonNode Shorten(JsonNode file)
    {
        JsonArray merges = file["model"]!["merges"]!.AsArray();
        while (merges.Count > 20)
        {
            merges.RemoveAt(merges.Count - 1);
        }

        return file;
    }

    private static void Damage(JsonNode root, Random random)
    {
        JsonNode node = root;
        while (true)
        {
            object[] keys = node is JsonObject o ? [.. o.Select(p => p.Key)] : node is JsonArray a ? [.. Enumerable.Range(0, a.Count).Cast<object>()] : [];
            object key = keys[random.Next(keys.Length)];
            JsonNode? child = key is string name ? node[name] : node[(int)key];
            if (child is JsonObject { Count: > 0 } or JsonArray { Count: > 0 } && random.Next(5) > 0)
            {
                node = child!;
                continue;
            }

            Replace(node, key, random);
            return;
        }
    }

    private static void Replace(JsonNode node, object key, Random random)
    {
        JsonNode?[] values = [null, 5, -1, 1.5, 1e300, true, "", "x", " ", "🙂", new JsonArray(), new JsonObject(), new JsonArray(1, "a"), new JsonObject { ["type"] = "x" }];
        int choice = random.Next(values.Length + 1);
        if (key is string name)
        {
            if (choice == values.Length)
            {
                node.AsObject().Remove(name);
            }
            else
            {
                node[name] = values[choice];
            }
        }
        else if (choice == values.Length)
        {
            node.AsArray().RemoveAt((int)key);
        }
        else
        {
            node[(int)key] = values[choice];
        }
    }
}

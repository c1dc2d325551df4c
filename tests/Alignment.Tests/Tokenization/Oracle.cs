using System.Text.Json.Nodes;

namespace Alignment.Tests.Tokenization;

/// <summary>
/// The Hugging Face library on a rewritten copy of tokenizer.json: no post-processor, no truncation or padding, no special
/// tokens (it would always add and drop them). It ends the process on an error of its own, so it gets short texts only.
/// </summary>
internal sealed class Oracle : IDisposable
{
    private readonly Tokenizers.DotNet.Tokenizer _tokenizer;

    public Oracle(JsonObject file)
    {
        var copy = (JsonObject)file.DeepClone();
        copy["post_processor"] = null;
        copy["truncation"] = null;
        copy["padding"] = null;
        foreach (JsonNode? token in copy["added_tokens"]!.AsArray())
        {
            token!["special"] = false;
        }

        string path = Path.Combine(Path.GetTempPath(), $"oracle-{Guid.NewGuid():N}.json");
        File.WriteAllText(path, copy.ToJsonString());
        _tokenizer = new Tokenizers.DotNet.Tokenizer(path);
        File.Delete(path);
    }

    private Oracle(string path) => _tokenizer = new Tokenizers.DotNet.Tokenizer(path);

    /// <summary>The library on the file as it is: special tokens are always added and always dropped.</summary>
    public static Oracle Unchanged(string folder) => new(Path.Combine(folder, "tokenizer.json"));

    /// <summary>ids, without special tokens around unless the file is unchanged.</summary>
    public int[] Encode(string text) => [.. _tokenizer.Encode(text).Select(id => (int)id)];

    /// <summary>Text with special tokens, without clean-up.</summary>
    public string Decode(IEnumerable<int> ids) => _tokenizer.Decode([.. ids.Select(id => (uint)id)]);

    public void Dispose() => _tokenizer.Dispose();
}

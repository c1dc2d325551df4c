using System.Buffers.Binary;
using System.Text.Json;
using Alignment.Shared;

namespace Alignment.Pipeline.Runs.Models;

/// <summary>What a Hugging Face folder says about its model without its weights being read.</summary>
/// <param name="Family">The architecture's name; null where config.json does not say.</param>
/// <param name="Parameters">Elements of all stored tensors; null where there is no safetensors file.</param>
/// <param name="Hidden">Width of the hidden states; 0 where unknown, as the numbers below.</param>
/// <param name="Intermediate">Width of the feed-forward layer.</param>
/// <param name="Layers">Blocks.</param>
/// <param name="Vocabulary">Rows of the embedding.</param>
internal sealed record ModelFacts(string? Family, long? Parameters, int Hidden, int Intermediate, int Layers, int Vocabulary)
{
    private const int LongestHeader = 100 << 20;

    /// <summary>Reads config.json and the headers of the weights; null where the path is no such folder or a file is damaged.</summary>
    public static ModelFacts? Of(string folder)
    {
        string path = Path.Combine(folder, ModelSource.ConfigFile);
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            using var config = JsonDocument.Parse(File.ReadAllBytes(path));
            JsonElement root = config.RootElement;
            return new(
                root.TryGetProperty("model_type", out JsonElement family) ? family.GetString() : null,
                Weights(folder).Select(Elements).Aggregate((long?)null, (sum, file) => (sum ?? 0) + file),
                Number(root, "hidden_size", "n_embd"), Number(root, "intermediate_size", "n_inner"), Number(root, "num_hidden_layers", "n_layer"), Number(root, "vocab_size"));
        }
        catch (Exception e) when (e is JsonException or IOException or InvalidOperationException or KeyNotFoundException)
        {
            return null; // a damaged model is still listed; whoever loads it gets the reason
        }
    }

    private static IEnumerable<string> Weights(string folder) => Directory.EnumerateFiles(folder, "*.safetensors");

    private static long Elements(string file)
    {
        using FileStream stream = File.OpenRead(file);
        Span<byte> length = stackalloc byte[8];
        stream.ReadExactly(length);
        ulong bytes = BinaryPrimitives.ReadUInt64LittleEndian(length);
        byte[] header = new byte[bytes <= LongestHeader ? (int)bytes : throw new JsonException()];
        stream.ReadExactly(header);
        using var tensors = JsonDocument.Parse(header);
        return tensors.RootElement.EnumerateObject().Where(tensor => tensor.Name != "__metadata__")
            .Sum(tensor => tensor.Value.GetProperty("shape").EnumerateArray().Aggregate(1L, (product, size) => product * size.GetInt64()));
    }

    private static int Number(JsonElement config, params ReadOnlySpan<string> names)
    {
        foreach (string name in names)
        {
            if (config.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Number)
            {
                return value.GetInt32();
            }
        }

        return 0;
    }
}

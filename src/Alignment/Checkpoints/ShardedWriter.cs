using System.Globalization;
using System.Text.Json.Nodes;

using static TorchSharp.torch;

namespace Alignment.Checkpoints;

/// <summary>Writes weights as model.safetensors, or above a size as shards with an index, named as transformers names them.</summary>
internal static class ShardedWriter
{
    /// <summary>5 GB, counted as Hugging Face does.</summary>
    public const long DefaultShardBytes = 5_000_000_000;

    /// <summary>Writes into an existing folder; tensors keep their order, a shard takes as many as fit.</summary>
    public static void Write(string folder, IReadOnlyList<(string Name, Tensor Tensor)> weights, ScalarType dtype, long shardBytes)
    {
        List<List<(string Name, Tensor Tensor)>> shards = Split(weights, dtype, shardBytes);
        if (shards.Count <= 1)
        {
            SafetensorsWriter.Write(Path.Combine(folder, HuggingFaceFolder.WeightsFile), weights, dtype: dtype);
            return;
        }

        var map = new JsonObject();
        for (int i = 0; i < shards.Count; i++)
        {
            string file = string.Create(CultureInfo.InvariantCulture, $"model-{i + 1:00000}-of-{shards.Count:00000}.safetensors");
            SafetensorsWriter.Write(Path.Combine(folder, file), shards[i], dtype: dtype);
            foreach ((string name, _) in shards[i])
            {
                map.Add(name, file);
            }
        }

        JsonFile.Write(Path.Combine(folder, HuggingFaceFolder.IndexFile), new JsonObject
        {
            ["metadata"] = new JsonObject { ["total_size"] = weights.Sum(weight => SafetensorsWriter.Bytes(weight.Tensor, dtype)) },
            ["weight_map"] = map,
        });
    }

    private static List<List<(string Name, Tensor Tensor)>> Split(
        IReadOnlyList<(string Name, Tensor Tensor)> weights, ScalarType dtype, long shardBytes)
    {
        var shards = new List<List<(string, Tensor)>>();
        long used = long.MaxValue;
        foreach ((string Name, Tensor Tensor) weight in weights)
        {
            long bytes = SafetensorsWriter.Bytes(weight.Tensor, dtype);
            if (shards.Count == 0 || used > shardBytes - bytes)
            {
                shards.Add([]);
                used = 0;
            }

            shards[^1].Add(weight);
            used += bytes;
        }

        return shards;
    }
}

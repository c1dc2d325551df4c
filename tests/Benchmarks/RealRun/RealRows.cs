using System.IO.Compression;
using System.Text.Json.Nodes;

namespace Alignment.Benchmarks.RealRun;

/// <summary>Variants of the HH file: chosen lines, and labels by chance.</summary>
internal static class RealRows
{
    /// <summary>The lines of pairs.jsonl.gz.</summary>
    public static string[] Read(string path)
    {
        using var reader = new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress));
        return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>Chosen and rejected changed places by a seeded coin for each row.</summary>
    public static IEnumerable<string> ByChance(IEnumerable<string> lines, int seed)
    {
        var random = new Random(seed);
        foreach (string line in lines)
        {
            JsonNode row = JsonNode.Parse(line)!;
            yield return random.Next(2) == 0 ? line
                : new JsonObject { ["chosen"] = row["rejected"]!.DeepClone(), ["rejected"] = row["chosen"]!.DeepClone() }.ToJsonString();
        }
    }
}

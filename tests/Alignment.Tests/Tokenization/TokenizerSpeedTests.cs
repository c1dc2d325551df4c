using System.Globalization;
using System.IO.Compression;
using System.Text.Json.Nodes;

using Alignment.Goldens;
using Alignment.Tokenization;

namespace Alignment.Tests.Tokenization;

public class TokenizerSpeedTests
{
    [Fact, Trait("speed", "full")]
    public void Encode_RealConversations_AtLeastHalfAMillionTokensASecondOfProcessorTime()
    {
        string data = Path.Combine(GoldenData.Shared, "data", "hh-harmless", "pairs.jsonl.gz");
        Assert.SkipUnless(GoldenData.Full && File.Exists(data), "needs the real data and the large goldens");
        using var reader = new StreamReader(new GZipStream(File.OpenRead(data), CompressionMode.Decompress));
        string[] texts = [.. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => (string)JsonNode.Parse(line)!["chosen"]!)];
        foreach (string folder in GoldenTokenizers.Folders())
        {
            TimeSpan start = Environment.CpuUsage.TotalTime;
            Tokenizer tokenizer = TokenizerFolder.Load(GoldenTokenizers.Source(folder));
            double load = (Environment.CpuUsage.TotalTime - start).TotalSeconds;
            double best = Enumerable.Range(0, 3).Max(_ => TokensPerSecond(tokenizer, texts));
            // Processor time, so that a busy machine does not fail the test.
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Path.GetFileName(folder)}: load {load:F2} s, {best / 1e6:F2} million tokens/s"));
            Assert.True(best > 500_000, $"{folder}: {best:F0} tokens/s");
            Assert.True(load < 5, $"{folder}: loading took {load:F1} s");
        }
    }

    private static double TokensPerSecond(Tokenizer tokenizer, string[] texts)
    {
        TimeSpan start = Environment.CpuUsage.TotalTime;
        long tokens = texts.Sum(text => (long)tokenizer.Encode(text, addSpecialTokens: false).Length);
        return tokens / (Environment.CpuUsage.TotalTime - start).TotalSeconds;
    }
}

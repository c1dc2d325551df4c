using System.IO.Compression;
using System.Text.Json;

using Alignment.Data;
using Alignment.Shared.Preferences;

namespace Alignment.Benchmarks.Training;

/// <summary>Real human preference pairs (Anthropic HH, transcripts) as benchmark rows.</summary>
internal static class HhRows
{
    private const int RoomForAnAnswer = 16;

    /// <summary>The first usable rows in file order whose prompt leaves 16 tokens of the length.</summary>
    /// <param name="path">pairs.jsonl.gz</param>
    /// <param name="encoder">with the length as its limit</param>
    /// <param name="length">tokens of prompt plus answer</param>
    /// <param name="count">rows wanted</param>
    public static IReadOnlyList<EncodedPair> First(string path, RowEncoder encoder, int length, int count)
    {
        var rows = new List<EncodedPair>();
        foreach (PairTrainingRow row in Read(path))
        {
            EncodedPair? pair = encoder.Encode([row]).Rows.FirstOrDefault();
            if (pair is not null && pair.Chosen.PromptLength <= length - RoomForAnAnswer && pair.Chosen.Predicted > 0 && pair.Rejected.Predicted > 0)
            {
                rows.Add(pair);
                if (rows.Count == count)
                {
                    return rows;
                }
            }
        }

        throw new InvalidDataException($"{path} has only {rows.Count} usable rows");
    }

    private static IEnumerable<PairTrainingRow> Read(string path)
    {
        using var reader = new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress));
        int line = 0;
        while (reader.ReadLine() is string text)
        {
            line++;
            JsonElement json = JsonDocument.Parse(text).RootElement;
            IReadOnlyList<Message> chosen = Turns(json.GetProperty("chosen").GetString()!), rejected = Turns(json.GetProperty("rejected").GetString()!);
            if (chosen.Count == rejected.Count && chosen.Count >= 2 && chosen.SkipLast(1).SequenceEqual(rejected.SkipLast(1)))
            {
                yield return new PairTrainingRow($"{line}", line, Passage.Of([.. chosen.SkipLast(1)]), Passage.Of([chosen[^1]]), Passage.Of([rejected[^1]]));
            }
        }
    }

    private static IReadOnlyList<Message> Turns(string transcript) =>
    [
        .. transcript.Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Aggregate(new List<(string Role, string Text)>(), (turns, part) =>
        {
            if (part.StartsWith("Human:", StringComparison.Ordinal))
            {
                turns.Add(("user", part[6..]));
            }
            else if (part.StartsWith("Assistant:", StringComparison.Ordinal))
            {
                turns.Add(("assistant", part[10..]));
            }
            else if (turns.Count > 0)
            {
                turns[^1] = (turns[^1].Role, turns[^1].Text + "\n\n" + part);
            }

            return turns;
        }).Select(turn => new Message(turn.Role, turn.Text.Trim())),
    ];
}

using System.Diagnostics;

using Alignment.Tokenization;

namespace Alignment.Tests.Tokenization;

public class LongRunTests
{
    private const int Length = 1 << 20;

    [Theory, InlineData("one letter"), InlineData("spaces"), InlineData("digits"), InlineData("letters"), InlineData("newlines"), InlineData("emoji"), InlineData("punctuation")]
    public void Encode_MegabyteWithoutASpace_TakesSecondsAndDecodesToItself(string kind)
    {
        var random = new Random(3);
        string text = kind switch
        {
            "one letter" => new string('a', Length),
            "spaces" => new string(' ', Length),
            "digits" => string.Concat(Enumerable.Range(0, Length).Select(_ => (char)('0' + random.Next(10)))),
            "letters" => string.Concat(Enumerable.Range(0, Length).Select(_ => (char)('a' + random.Next(26)))),
            "newlines" => new string('\n', Length),
            "punctuation" => string.Concat(Enumerable.Range(0, Length).Select(_ => (char)random.Next('!', '0'))),
            _ => string.Concat(Enumerable.Repeat("🙂", Length / 4)),
        };
        foreach (string folder in GoldenTokenizers.Folders())
        {
            Tokenizer tokenizer = TokenizerFolder.Load(GoldenTokenizers.Source(folder));
            long start = Stopwatch.GetTimestamp();
            int[] ids = tokenizer.Encode(text, addSpecialTokens: false);
            TimeSpan time = Stopwatch.GetElapsedTime(start);
            Assert.True(time < TimeSpan.FromSeconds(20), $"{Path.GetFileName(folder)}: {kind} took {time}");
            string decoded = tokenizer.Decode(ids, skipSpecialTokens: false);
            Assert.True(text == decoded, $"{Path.GetFileName(folder)}: {kind} does not decode to itself");
        }
    }

    [Fact]
    public void MergeLong_RandomWords_EqualsMergeShort()
    {
        var random = new Random(11);
        for (int round = 0; round < 200; round++)
        {
            var merges = new MergeTable(200);
            for (int rank = 0; rank < 200; rank++)
            {
                merges.Set(random.Next(30), random.Next(30), rank, random.Next(30));
            }

            int[] word = [.. Enumerable.Range(0, random.Next(2, 49)).Select(_ => random.Next(8))];
            int[] other = [.. word];
            int count = WordMerger.MergeShort(word, merges);
            Assert.Equal(word[..count], other[..WordMerger.MergeLong(other, merges)]);
        }
    }
}

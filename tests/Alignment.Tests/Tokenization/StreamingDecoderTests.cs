using System.Text.Json.Nodes;

using Alignment.Goldens;
using Alignment.Tokenization;

namespace Alignment.Tests.Tokenization;

public class StreamingDecoderTests
{
    [Theory, InlineData(true), InlineData(false)]
    public void Add_GoldenIds_PartsAreTheTextDecodedAtOnce(bool skipSpecialTokens)
    {
        foreach (string folder in GoldenTokenizers.Folders())
        {
            Tokenizer tokenizer = TokenizerFolder.Load(GoldenTokenizers.Source(folder));
            foreach (JsonObject golden in GoldenData.JsonLines(Path.Combine(folder, "cases.jsonl")))
            {
                Check(tokenizer, GoldenTokenizers.Ids(golden["ids"]!), skipSpecialTokens);
            }
        }
    }

    [Theory, InlineData(true), InlineData(false)]
    public void Add_RandomIds_PartsAreTheTextDecodedAtOnce(bool skipSpecialTokens)
    {
        foreach (string folder in GoldenTokenizers.Folders())
        {
            Tokenizer tokenizer = TokenizerFolder.Load(GoldenTokenizers.Source(folder));
            var random = new Random(5);
            int[] bytes = [.. Enumerable.Range(0, 256).Select(value => tokenizer.IdOf($"<0x{value:X2}>")).OfType<int>()];
            int[] punctuation = [.. new[] { "Ġ", "Ġ.", "Ġ'", ".", "'", "s", "Ġn", "'t", "t", "Ġ've", "Ġ!", "▁", "ve", "re" }.Select(tokenizer.IdOf).OfType<int>()];
            for (int round = 0; round < 60; round++)
            {
                int[] ids = [.. Enumerable.Range(0, random.Next(1, 300)).Select(_ => random.Next(4) switch
                {
                    0 when bytes.Length > 0 => bytes[random.Next(bytes.Length)],
                    1 when punctuation.Length > 0 => punctuation[random.Next(punctuation.Length)],
                    _ => random.Next(tokenizer.VocabularySize),
                })];
                Check(tokenizer, ids, skipSpecialTokens);
            }
        }
    }

    [Fact]
    public void Add_InsideACharacter_HoldsTextBack()
    {
        Tokenizer tokenizer = TokenizerFolder.Load(Path.Combine(GoldenData.Repository, "tests", "Goldens", "tokenizers", "tiny-bpe"));
        int[] ids = tokenizer.Encode("a🙂b", addSpecialTokens: false);
        var decoder = new StreamingDecoder(tokenizer, skipSpecialTokens: true);
        string[] parts = [.. ids.Select(decoder.Add)];
        Assert.True(ids.Length > 3, "the emoji is several tokens");
        Assert.Equal(["a", "🙂", "b"], parts.Where(part => part.Length > 0));
        Assert.Equal("", decoder.Finish());
    }

    [Fact]
    public void Finish_UnfinishedCharacter_GivesTheReplacementCharacter()
    {
        Tokenizer tokenizer = TokenizerFolder.Load(Path.Combine(GoldenData.Repository, "tests", "Goldens", "tokenizers", "tiny-bpe"));
        int[] ids = tokenizer.Encode("🙂", addSpecialTokens: false);
        var decoder = new StreamingDecoder(tokenizer, skipSpecialTokens: true);
        Assert.All(ids[..^1], id => Assert.Equal("", decoder.Add(id)));
        Assert.Equal("\uFFFD", decoder.Finish());
    }

    private static void Check(Tokenizer tokenizer, int[] ids, bool skipSpecialTokens)
    {
        var decoder = new StreamingDecoder(tokenizer, skipSpecialTokens);
        string text = string.Concat(ids.Select(decoder.Add)) + decoder.Finish();
        Assert.Equal(tokenizer.Decode(ids, skipSpecialTokens), text);
    }
}

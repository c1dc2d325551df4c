using Alignment.Data;
using Alignment.Models;
using Alignment.Shared.Runs;

namespace Alignment.Tests.Data;

public class CollatorTests
{
    private static readonly IReadOnlyList<EncodedPair> Pairs = Sample.Encoder(new EncodingRules(ConventionNames.Trl116, 20))
        .Encode([Sample.Text("q", "xy", "z"), Sample.Text("long", "u", "vwx", 2)]).Rows;

    [Fact]
    public void Pairs_Plain_StandAsChosenThenRejectedPaddedOnTheRight()
    {
        SequenceBatch batch = Collator.Pairs(Pairs, [0, 1], CharacterTokenizer.Pad, sharePrompt: false);
        string[] rows = [.. batch.Ids.Chunk(batch.Columns).Select(row => Sample.Show([.. row.Select(id => (int)id)]))];
        Assert.Equal(["<s>qxy</s><pad><pad><pad><pad>", "<s>longu</s><pad><pad>", "<s>qz</s><pad><pad><pad><pad><pad>", "<s>longvwx</s>"], rows);
        Assert.Equal([3, 2, 2, 4], batch.CompletionLengths);
        Assert.Equal([1, 2, 3, 13, 14, 19, 20, 31, 32, 33, 34], batch.Predictors);
    }

    [Fact]
    public void Pairs_SharedPrompt_TakeOneRowWhoseAnswersContinueThePrompt()
    {
        SequenceBatch batch = Collator.Pairs(Pairs, [0, 1], CharacterTokenizer.Pad, sharePrompt: true);
        Assert.Equal(2, batch.Rows);
        Assert.Equal("<s>qxy</s>z</s><pad><pad><pad><pad>", Sample.Show([.. batch.Ids.Take(batch.Columns).Select(id => (int)id)]));
        Assert.Equal([new Segment(0, 0, 2), new Segment(0, 2, 3, 0), new Segment(0, 5, 2, 0)], batch.Segments.Take(3));
        Assert.Equal([1, 2, 3], batch.Predictors.Take(3));
        Assert.Equal([1, 5], batch.Predictors.Skip(5).Take(2));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void WithoutPadding_Tokens_StandSideBySideAndPredictTheSame(bool sharePrompt)
    {
        SequenceBatch batch = Collator.Pairs(Pairs, [0, 1], CharacterTokenizer.Pad, sharePrompt);
        (long[] ids, Segment[] segments, int[] predictors) = batch.WithoutPadding();

        Assert.DoesNotContain((long)CharacterTokenizer.Pad, ids);
        Assert.Equal(ids.Length, segments[^1].Start + segments[^1].Length);
        Assert.Equal(batch.Segments.Select(s => (s.Length, s.Continues)), segments.Select(s => (s.Length, s.Continues)));
        Assert.Equal(batch.Predictors.Select(p => batch.Ids[p]), predictors.Select(p => ids[p]));
    }

    [Fact]
    public void Pairs_BothForms_PredictTheSameTokensOfEachCompletion()
    {
        SequenceBatch plain = Collator.Pairs(Pairs, [0, 1], 0, sharePrompt: false);
        SequenceBatch shared = Collator.Pairs(Pairs, [0, 1], 0, sharePrompt: true);
        Assert.Equal(plain.Targets, shared.Targets);
        Assert.Equal(plain.CompletionLengths, shared.CompletionLengths);
        Assert.Equal(plain.Tokens, shared.Tokens);
    }

    [Fact]
    public void Pairs_PromptsThatDifferAfterTruncation_TakeTwoRows()
    {
        EncodedPair cut = Sample.Encoder(new EncodingRules(ConventionNames.Trl024, 6)).Encode([Sample.Text("0123", "x", "vwx")]).Rows[0];
        SequenceBatch batch = Collator.Pairs([Pairs[0], cut], [0, 1], CharacterTokenizer.Pad, sharePrompt: true);
        Assert.Equal(3, batch.Rows);
        Assert.Equal([3, 2, 2, 4], batch.CompletionLengths);
    }
}

using Alignment.Data;
using Alignment.Shared.Preferences;
using Alignment.Shared.Runs;

namespace Alignment.Tests.Data;

public class EncodingAuditTests
{
    private static readonly EncodingRules Rules = new(ConventionNames.Trl116, 200);

    [Theory]
    [InlineData(ConventionNames.Trl116, true)]
    [InlineData(ConventionNames.Trl116, false)]
    [InlineData(ConventionNames.Trl024, true)]
    [InlineData(ConventionNames.Trl024, false)]
    public void Audit_RowsAsEncoded_FindsNothing(string convention, bool conversational)
    {
        RowEncoder encoder = Sample.Encoder(new EncodingRules(convention, 60));
        PairTrainingRow[] rows = [.. Enumerable.Range(1, 9).Select(i => conversational
            ? Sample.Chat(new string('p', i), new string('c', 3 * i), "r", i)
            : Sample.Text(new string('p', 3 * i), new string('c', 5 * i), " r", i))];
        IReadOnlyList<EncodedPair> pairs = encoder.Encode(rows).Rows;
        Assert.NotEmpty(pairs);
        Assert.All(pairs, pair => Assert.Empty(encoder.Audit(rows[pair.Line - 1], pair)));
    }

    [Fact]
    public void Audit_MaskShiftedByOne_SaysWhere()
    {
        PairTrainingRow row = Sample.Chat("hi", "yes", "no");
        RowEncoder encoder = Sample.Encoder(Rules);
        EncodedPair pair = encoder.Encode([row]).Rows[0];
        bool[] shifted = [true, .. pair.Chosen.Mask[..^1]];
        shifted[0] = false;
        string problem = Assert.Single(encoder.Audit(row, pair with { Chosen = new EncodedSequence(pair.Chosen.Ids, shifted) }));
        Assert.StartsWith("the mask is shifted (chosen)", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Audit_DoubleBos_IsNamed()
    {
        PairTrainingRow row = Sample.Text("<s>q", "x", "y");
        RowEncoder encoder = Sample.Encoder(Rules);
        Assert.All(encoder.Audit(row, encoder.Encode([row]).Rows[0]), problem => Assert.StartsWith("double BOS", problem, StringComparison.Ordinal));
        Assert.Equal(2, encoder.Audit(row, encoder.Encode([row]).Rows[0]).Count());
    }

    [Fact]
    public void Audit_DoubleEos_IsNamed()
    {
        PairTrainingRow row = Sample.Text("q", "x</s>", "y");
        RowEncoder encoder = Sample.Encoder(Rules);
        Assert.StartsWith("double EOS", Assert.Single(encoder.Audit(row, encoder.Encode([row]).Rows[0])), StringComparison.Ordinal);
    }

    [Fact]
    public void Audit_TokenAcrossTheBoundary_IsNamed()
    {
        PairTrainingRow row = Sample.Text("qa", "b", "b");
        RowEncoder encoder = Sample.Encoder(Rules);
        Assert.All(encoder.Audit(row, encoder.Encode([row]).Rows[0]), problem => Assert.Contains("inside a token", problem, StringComparison.Ordinal));
    }

    [Fact]
    public void Audit_EmptyCompletion_IsNamed()
    {
        PairTrainingRow row = Sample.Text("0123456789", "x", "y");
        RowEncoder encoder = Sample.Encoder(new EncodingRules(ConventionNames.Trl024, 5) { KeepEnd = false });
        Assert.All(encoder.Audit(row, encoder.Encode([row]).Rows[0]), problem => Assert.StartsWith("empty completion", problem, StringComparison.Ordinal));
    }
}

using Alignment.Data;
using Alignment.Evaluation;
using Alignment.Shared;
using Alignment.Shared.Preferences;

namespace Alignment.Tests.Evaluation;

public class PreferenceReportTests
{
    private static readonly EvaluationPairs Pairs = new(
        [Row(1, "long answer", "short"), Row(2, "a", "bb"), Row(3, "same", "size")],
        [Encoded(1, 4, 2), Encoded(2, 1, 2), Encoded(3, 2, 2)],
        [new DroppedRow(4, "r4", "its prompt fills the length")]);

    private static readonly PreferenceScores Reference = new([-8, -2, -3], [-6, -3, -3]);

    [Fact]
    public void Of_CountsTiesHalf_AndReportsEveryBaseline()
    {
        var policy = new PreferenceScores([-7, -3, -3], [-6, -3, -3]);
        PreferenceReport report = PreferenceReport.Of(Pairs, policy, Reference, beta: 0.5);

        // Margins: 0.5·(1 − 0), 0.5·(−1 − 0), 0: one right, one wrong, one tie.
        Assert.Equal((3, 1, 0.5), (report.RewardAccuracy.Pairs, report.RewardAccuracy.Ties, report.RewardAccuracy.Value));
        Assert.Equal(0, report.MeanMargin, 12);
        Assert.Equal(0.5, report.Baselines["reference, summed log-probability"].Value, 12);
        Assert.Equal((1 + 0 + 0.5) / 3, report.Baselines["reference, mean log-probability"].Value, 12);
        Assert.Equal((0 + 1 + 0.5) / 3, report.Baselines["shorter answer wins"].Value, 12);
        Assert.Equal((1 + 0 + 0.5) / 3, report.Baselines["longer answer wins"].Value, 12);
        Assert.Equal((1, 1), (report.ClosestInLength.Pairs, report.ClosestInLength.Ties));
        Assert.Equal(1, report.Dropped);
    }

    [Fact]
    public void Of_TheReferenceItself_IsAllTies()
    {
        PreferenceReport report = PreferenceReport.Of(Pairs, Reference, Reference, beta: 0.1);

        Assert.Equal((3, 0.5), (report.RewardAccuracy.Ties, report.RewardAccuracy.Value));
    }

    [Fact]
    public void Compare_IsPairedAndSeeded()
    {
        double[] better = [1, 1, 1, 1, 1, 1, 1, -1], worse = [1, 1, 1, 1, -1, -1, -1, -1];
        PairedDifference difference = PreferenceReport.Compare(better, worse, "worse");

        Assert.Equal(3.0 / 8, difference.Difference, 12);
        Assert.InRange(difference.Low, 0, 3.0 / 8);
        Assert.InRange(difference.High, 3.0 / 8, 1);
        Assert.Equal(difference, PreferenceReport.Compare(better, worse, "worse"));
        Assert.Equal((0, 0, 0), (PreferenceReport.Compare(worse, worse, "").Difference, PreferenceReport.Compare(worse, worse, "").Low, PreferenceReport.Compare(worse, worse, "").High));
    }

    [Fact]
    public void KeptBy_ModelThatDropsARow_LeavesPairsAndScoresOfOneLineTogether()
    {
        var other = new EvaluationPairs([Pairs.Texts[0], Pairs.Texts[2]], [Encoded(1, 9, 9), Encoded(3, 9, 9)], [new DroppedRow(2, "r2", "long"), new DroppedRow(4, "r4", "long")]);
        ScoredPairs kept = new ScoredPairs(Pairs, Reference).KeptBy(other);

        Assert.Equal([1, 3], kept.Pairs.Texts.Select(row => row.Line));
        Assert.Equal([1, 3], kept.Pairs.Encoded.Select(row => row.Line));
        Assert.Equal([4, 2], kept.Pairs.Dropped.Select(row => row.Line));
        Assert.Equal([-8, -3], kept.Scores.Chosen);
        Assert.Equal([-6, -3], kept.Scores.Rejected);
        Assert.Throws<UserError>(() => kept.KeptBy(new([], [], [])));
    }

    [Fact]
    public void FirstDifference_NamesTheFirstRowOfOtherTokensOrKeptByOneOnly()
    {
        EvaluationPairs Changed(params EncodedPair[] rows) => Pairs with { Encoded = rows };

        Assert.Null(Pairs.FirstDifference(Changed(Encoded(1, 4, 2), Encoded(2, 1, 2), Encoded(3, 2, 2))));
        Assert.Equal("r2 (line 2)", Pairs.FirstDifference(Changed(Encoded(1, 4, 2), Encoded(2, 1, 1), Encoded(3, 2, 2))));
        Assert.Equal("r3 (line 3)", Pairs.FirstDifference(Changed(Encoded(1, 4, 2), Encoded(2, 1, 2))));
        Assert.Equal("r1 (line 1)", Changed().FirstDifference(Pairs));
    }

    private static PairTrainingRow Row(int line, string chosen, string rejected) =>
        new($"r{line}", line, Passage.Of("question"), Passage.Of(chosen), Passage.Of(rejected));

    private static EncodedPair Encoded(int line, int chosen, int rejected) =>
        new(line, $"r{line}", new EncodedSequence([1], new int[chosen]), new EncodedSequence([1], new int[rejected]));
}

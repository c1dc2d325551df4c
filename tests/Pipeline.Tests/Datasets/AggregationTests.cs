using System.Globalization;
using Alignment.Pipeline.Datasets;
using Alignment.Pipeline.Labeling;

namespace Alignment.Pipeline.Tests.Datasets;

public class AggregationTests
{
    [Theory]
    [InlineData("", PairWinner.Unlabeled, 0, 0.5, 0)]
    [InlineData("skip flag", PairWinner.Unlabeled, 0, 0.5, 0)]
    [InlineData("2", PairWinner.A, 2, 1, 1)]
    [InlineData("6", PairWinner.B, 2, 1, 1)]
    [InlineData("4", PairWinner.Tie, 0, 0.5, 1)]
    [InlineData("both_bad", PairWinner.BothBad, 0, 0.5, 1)]
    [InlineData("1 3", PairWinner.A, 2, 1, 2)]
    [InlineData("1 7", PairWinner.Tie, 0, 0.5, 2)]
    [InlineData("1 4", PairWinner.Tie, 0, 0.5, 2)]
    [InlineData("1 3 4", PairWinner.A, 2, 5.0 / 6, 3)]
    [InlineData("5 7 1", PairWinner.B, 2, 2.0 / 3, 3)]
    [InlineData("7 7 6 both_bad", PairWinner.B, 8.0 / 3, 0.75, 4)]
    [InlineData("2 both_bad", PairWinner.Tie, 0, 0.5, 2)]
    [InlineData("2 both_bad both_bad", PairWinner.BothBad, 0, 0.5, 3)]
    [InlineData("3 skip flag skip", PairWinner.A, 1, 1, 1)]
    [InlineData("1 2 6 7", PairWinner.Tie, 0, 0.5, 4)]
    public void OfPair_Verdicts_GiveWinnerStrengthAndProbability(string verdicts, PairWinner winner, double strength, double p, int votes)
    {
        PairOutcome outcome = Aggregation.OfPair(verdicts.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(verdict => Pair(verdict)));

        Assert.Equal(winner, outcome.Winner);
        Assert.Equal(strength, outcome.Strength, 12);
        Assert.Equal(p, outcome.P, 12);
        Assert.Equal(votes, outcome.Votes);
    }

    [Theory]
    [InlineData("2:0.9", PairWinner.A, 0.9)]
    [InlineData("6:0.2", PairWinner.B, 0.8)]
    [InlineData("2:0.9 2", PairWinner.A, 0.95)]
    [InlineData("6:0.25 6 4", PairWinner.B, (0.75 + 1 + 0.5) / 3)]
    [InlineData("2:0.4", PairWinner.A, 0.4)]
    public void OfPair_JudgesProbability_StandsInPlaceOfItsVerdict(string verdicts, PairWinner winner, double p)
    {
        PairOutcome outcome = Aggregation.OfPair(verdicts.Split(' ').Select(part => part.Split(':')).Select(parts =>
            parts.Length == 1 ? Pair(parts[0]) : Pair(parts[0], LabelerKind.Judge, double.Parse(parts[1], CultureInfo.InvariantCulture))));

        Assert.Equal(winner, outcome.Winner);
        Assert.Equal(p, outcome.P, 12);
    }

    [Fact]
    public void OfPair_ProbabilityOfAPerson_DoesNotCount() =>
        Assert.Equal(1, Aggregation.OfPair([Pair("2", LabelerKind.Person, 0.3)]).P);

    [Fact]
    public void OfPair_OrderOfVerdicts_ChangesNoBit()
    {
        Judgment[] votes = [Pair("2", LabelerKind.Judge, 0.1), Pair("1", LabelerKind.Judge, 0.2), Pair("3", LabelerKind.Judge, 0.3), Pair("2", LabelerKind.Judge, 0.7), Pair("7")];

        Assert.Equal(Aggregation.OfPair(votes), Aggregation.OfPair(votes.Reverse()));
    }

    [Fact]
    public void OfPair_SeveralMakers_AreNamedOnceEach() =>
        Assert.Equal("import+judge+person", Aggregation.OfPair([Pair("2"), Pair("2", LabelerKind.Judge), Pair("2", LabelerKind.Person), Pair("2", LabelerKind.Person)]).Source);

    [Theory]
    [InlineData("", null, 0)]
    [InlineData("up", true, 1)]
    [InlineData("down", false, 1)]
    [InlineData("up down", null, 2)]
    [InlineData("up down down skip flag", false, 3)]
    public void OfSingle_Thumbs_TheMajorityCounts(string verdicts, bool? label, int votes)
    {
        SingleOutcome outcome = Aggregation.OfSingle(verdicts.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(verdict => Make(JudgmentKind.Single, verdict, LabelerKind.Person, null)));

        Assert.Equal((label, votes), (outcome.Label, outcome.Votes));
    }

    private static Judgment Pair(string verdict, LabelerKind labeler = LabelerKind.Import, double? p = null) => Make(JudgmentKind.Pair, verdict, labeler, p);

    private static Judgment Make(JudgmentKind kind, string verdict, LabelerKind labeler, double? p) => new()
    {
        ItemId = 1,
        Kind = kind,
        Verdict = verdict,
        P = p,
        LabelerKind = labeler,
        LabelerId = "a",
        IdempotencyKey = "k",
        CreatedAt = DateTime.UtcNow,
    };
}

using Alignment.Pipeline.Labeling;
using Alignment.Shared.Preferences;

namespace Alignment.Pipeline.Datasets;

/// <summary>What the verdicts on one pair come to.</summary>
public enum PairWinner
{
    /// <summary>Nobody has an opinion.</summary>
    Unlabeled,

    /// <summary>A has more than half of the verdicts.</summary>
    A,

    /// <summary>B has more than half of the verdicts.</summary>
    B,

    /// <summary>More than half say that both are bad.</summary>
    BothBad,

    /// <summary>No side has more than half.</summary>
    Tie,
}

/// <summary>The verdicts on one pair, aggregated.</summary>
/// <param name="Winner">The side with more than half of the verdicts, if any.</param>
/// <param name="Strength">Mean |verdict − 4| of the winning verdicts, 1 to 3; 0 without a winner.</param>
/// <param name="P">Mean probability over all verdicts that the winner is better, 0 to 1; ½ without a winner.</param>
/// <param name="Votes">Verdicts that count.</param>
/// <param name="Source">Who made them: <c>import</c>, <c>judge</c>, <c>person</c>, joined by '+'.</param>
public sealed record PairOutcome(PairWinner Winner, double Strength, double P, int Votes, string Source);

/// <summary>The thumbs on one answer, aggregated.</summary>
/// <param name="Label">What more than half of the thumbs say; null where neither does.</param>
/// <param name="Votes">Thumbs that count.</param>
/// <param name="Source">Who gave them.</param>
public sealed record SingleOutcome(bool? Label, int Votes, string Source);

/// <summary>
/// From current judgments to labels (contracts, section 4): a side wins with more than half of the verdicts, skips and
/// flags left out. Pure; the order of the judgments does not matter.
/// </summary>
public static class Aggregation
{
    private const int Middle = 4;

    /// <summary>Aggregates the current judgments of a pair (<see cref="CurrentJudgments"/>).</summary>
    public static PairOutcome OfPair(IEnumerable<Judgment> current)
    {
        Judgment[] votes = [.. current.Where(judgment => judgment is { Kind: JudgmentKind.Pair, Surplus: false } && Verdicts.Counts(judgment.Verdict))];
        PairWinner winner = votes.Length == 0 ? PairWinner.Unlabeled
            : IsMajority(votes, judgment => Side(judgment) == PairWinner.A) ? PairWinner.A
            : IsMajority(votes, judgment => Side(judgment) == PairWinner.B) ? PairWinner.B
            : IsMajority(votes, judgment => judgment.Verdict == Verdicts.BothBad) ? PairWinner.BothBad
            : PairWinner.Tie;
        return winner is PairWinner.A or PairWinner.B
            ? new(
                winner,
                Mean(votes.Where(judgment => Side(judgment) == winner).Select(judgment => (double)Math.Abs(Verdicts.Grade(judgment.Verdict)!.Value - Middle))),
                Mean(votes.Select(judgment => Probability(judgment, winner))),
                votes.Length,
                Source(votes))
            : new(winner, 0, 0.5, votes.Length, Source(votes));
    }

    /// <summary>Aggregates the current thumbs on a single answer.</summary>
    public static SingleOutcome OfSingle(IEnumerable<Judgment> current)
    {
        Judgment[] votes = [.. current.Where(judgment => judgment is { Kind: JudgmentKind.Single, Surplus: false, Verdict: Verdicts.Up or Verdicts.Down })];
        bool? label = IsMajority(votes, judgment => judgment.Verdict == Verdicts.Up) ? true
            : IsMajority(votes, judgment => judgment.Verdict == Verdicts.Down) ? false
            : null;
        return new(label, votes.Length, Source(votes));
    }

    private static PairWinner Side(Judgment judgment) => Verdicts.Grade(judgment.Verdict) switch
    {
        < Middle => PairWinner.A,
        > Middle => PairWinner.B,
        Middle => PairWinner.Tie,
        null => PairWinner.BothBad,
    };

    // A judge's own probability stands in place of its verdict.
    private static double Probability(Judgment judgment, PairWinner winner) => judgment switch
    {
        { LabelerKind: LabelerKind.Judge, P: { } p } => winner == PairWinner.A ? p : 1 - p,
        _ when Side(judgment) == winner => 1,
        _ when Side(judgment) == PairWinner.Tie => 0.5,
        _ => 0,
    };

    private static bool IsMajority(Judgment[] votes, Func<Judgment, bool> says) => 2 * votes.Count(says) > votes.Length;

    // Summed in order of size, so that the same verdicts give the same bits whoever came first.
    private static double Mean(IEnumerable<double> values) => values.Order().Average();

    private static string Source(Judgment[] votes) =>
        string.Join('+', votes.Select(judgment => judgment.LabelerKind.ToString().ToLowerInvariant()).Distinct().Order(StringComparer.Ordinal));
}

using Alignment.Shared.Preferences;
using Alignment.Shared.Statistics;

namespace Alignment.Evaluation;

/// <summary>How often a rule prefers the chosen answer.</summary>
/// <param name="Pairs">pairs that were looked at</param>
/// <param name="Ties">pairs that the rule could not tell apart; each counts half</param>
/// <param name="Value">share of pairs, 0 to 1</param>
/// <param name="Low">lower end of the 95 % interval (Wilson, on the half counts)</param>
/// <param name="High">upper end</param>
public sealed record Accuracy(int Pairs, int Ties, double Value, double Low, double High)
{
    /// <summary>From margins: above 0 the chosen answer is preferred, 0 is a tie.</summary>
    public static Accuracy Of(IReadOnlyList<double> margins)
    {
        double successes = margins.Sum(Success);
        Interval interval = Intervals.Wilson(successes, margins.Count);
        return new(margins.Count, margins.Count(margin => margin == 0), successes / margins.Count, interval.Low, interval.High);
    }

    /// <summary>1, ½ or 0 for a margin.</summary>
    internal static double Success(double margin) => margin > 0 ? 1 : margin == 0 ? 0.5 : 0;
}

/// <summary>A second model on the same pairs.</summary>
/// <param name="Other">its path</param>
/// <param name="OtherAccuracy">its reward accuracy</param>
/// <param name="Difference">this model's accuracy minus the other's</param>
/// <param name="Low">lower end of the 95 % interval of the difference (percentile bootstrap over pairs)</param>
/// <param name="High">upper end</param>
public sealed record PairedDifference(string Other, Accuracy OtherAccuracy, double Difference, double Low, double High);

/// <summary>What <c>align eval preference</c> reports.</summary>
public sealed record PreferenceReport
{
    /// <summary>Share of pairs whose chosen answer has the larger reward β · (log π − log π_ref).</summary>
    public required Accuracy RewardAccuracy { get; init; }

    /// <summary>Mean reward of chosen minus rejected, in nats times β.</summary>
    public required double MeanMargin { get; init; }

    /// <summary>Mean summed log-probability of the answers, by model and side, in nats.</summary>
    public required IReadOnlyDictionary<string, double> MeanLogps { get; init; }

    /// <summary>The same pairs judged by rules that a good result must beat.</summary>
    public required IReadOnlyDictionary<string, Accuracy> Baselines { get; init; }

    /// <summary>Reward accuracy on the third of pairs whose answers are closest in length.</summary>
    public required Accuracy ClosestInLength { get; init; }

    /// <summary>Rows that could not be used.</summary>
    public required int Dropped { get; init; }

    /// <summary>A second model on the same pairs; null where none was named.</summary>
    public PairedDifference? Against { get; init; }

    /// <summary>Puts the report together.</summary>
    /// <param name="pairs">the pairs</param>
    /// <param name="policy">their log-probabilities under the model</param>
    /// <param name="reference">and under the reference</param>
    /// <param name="beta">factor of the rewards</param>
    public static PreferenceReport Of(EvaluationPairs pairs, PreferenceScores policy, PreferenceScores reference, double beta)
    {
        double[] margins = policy.Margins(reference, beta);
        int[] longer = [.. pairs.Texts.Select(row => Characters(row.Chosen) - Characters(row.Rejected))];
        int third = (pairs.Encoded.Count + 2) / 3;
        IEnumerable<double> closest = longer.Select((difference, i) => (Difference: Math.Abs(difference), Index: i))
            .OrderBy(entry => entry.Difference).Take(third).Select(entry => margins[entry.Index]);
        return new()
        {
            RewardAccuracy = Accuracy.Of(margins),
            MeanMargin = margins.Average(),
            MeanLogps = new Dictionary<string, double>
            {
                ["model/chosen"] = policy.Chosen.Average(),
                ["model/rejected"] = policy.Rejected.Average(),
                ["reference/chosen"] = reference.Chosen.Average(),
                ["reference/rejected"] = reference.Rejected.Average(),
            },
            Baselines = new Dictionary<string, Accuracy>
            {
                ["reference, summed log-probability"] = Accuracy.Of([.. reference.Chosen.Zip(reference.Rejected, (chosen, rejected) => chosen - rejected)]),
                ["reference, mean log-probability"] = Accuracy.Of([.. pairs.Encoded.Select((pair, i) => reference.Chosen[i] / pair.Chosen.Predicted - reference.Rejected[i] / pair.Rejected.Predicted)]),
                ["shorter answer wins"] = Accuracy.Of([.. longer.Select(difference => (double)-difference)]),
                ["longer answer wins"] = Accuracy.Of([.. longer.Select(difference => (double)difference)]),
            },
            ClosestInLength = Accuracy.Of([.. closest]),
            Dropped = pairs.Dropped.Count,
        };
    }

    /// <summary>The paired comparison of two models' margins on the same pairs.</summary>
    /// <param name="margins">this model's</param>
    /// <param name="other">the other's</param>
    /// <param name="path">which other</param>
    /// <param name="seed">of the bootstrap</param>
    public static PairedDifference Compare(double[] margins, double[] other, string path, ulong seed = 0)
    {
        double[] differences = [.. margins.Select((margin, i) => Accuracy.Success(margin) - Accuracy.Success(other[i]))];
        Interval interval = Bootstrap.PercentileOfMean(differences, seed);
        return new(path, Accuracy.Of(other), differences.Average(), interval.Low, interval.High);
    }

    // Length in characters as a reader counts them: code points, not UTF-16 units.
    private static int Characters(Passage answer) =>
        answer.IsConversation ? answer.Messages.Sum(turn => turn.Content.EnumerateRunes().Count()) : answer.Text.EnumerateRunes().Count();
}

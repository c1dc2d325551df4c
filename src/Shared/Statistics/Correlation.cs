namespace Alignment.Shared.Statistics;

/// <summary>
/// Correlation of paired values, −1 to 1, as scipy computes it. NaN when one side is constant or there are fewer than two pairs:
/// nothing varies together then.
/// </summary>
public static class Correlation
{
    /// <summary>Pearson's correlation: of the values themselves.</summary>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static double Pearson(ReadOnlySpan<double> first, ReadOnlySpan<double> second)
    {
        Samples.ThrowUnlessPaired(first.Length, second.Length);
        if (IsConstant(first) || IsConstant(second))
        {
            return double.NaN;
        }

        double firstMean = Samples.Mean(first), secondMean = Samples.Mean(second);
        double products = 0, firstSquares = 0, secondSquares = 0;
        for (int i = 0; i < first.Length; i++)
        {
            double x = first[i] - firstMean, y = second[i] - secondMean;
            products += x * y;
            firstSquares += x * x;
            secondSquares += y * y;
        }

        return Math.Clamp(products / (Math.Sqrt(firstSquares) * Math.Sqrt(secondSquares)), -1, 1);
    }

    /// <summary>Spearman's correlation: Pearson's of the ranks, where equal values share their mean rank.</summary>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static double Spearman(ReadOnlySpan<double> first, ReadOnlySpan<double> second) => Pearson(Ranks.Of(first).Ranks, Ranks.Of(second).Ranks);

    /// <summary>Kendall's τ-b (1945): concordant minus discordant pairs, over the geometric mean of the pairs untied on each side.</summary>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static double KendallTauB(ReadOnlySpan<double> first, ReadOnlySpan<double> second)
    {
        (long difference, long untiedFirst, long untiedSecond) = Pairs(first, second);
        return Math.Clamp(difference / Math.Sqrt(untiedFirst) / Math.Sqrt(untiedSecond), -1, 1);
    }

    /// <summary>
    /// Stuart's τ-c (1953): 2 (C − D) / (n² (m − 1) / m), where m is the smaller number of different values of a side. It reaches
    /// 1 only when the m values are equally frequent.
    /// </summary>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static double KendallTauC(ReadOnlySpan<double> first, ReadOnlySpan<double> second)
    {
        (long difference, _, _) = Pairs(first, second);
        double classes = Math.Min(first.ToArray().Distinct().Count(), second.ToArray().Distinct().Count());
        return Math.Clamp(2 * difference / ((double)first.Length * first.Length * (classes - 1) / classes), -1, 1);
    }

    // Concordant minus discordant pairs, and the pairs that differ on each side.
    private static (long Difference, long UntiedFirst, long UntiedSecond) Pairs(ReadOnlySpan<double> first, ReadOnlySpan<double> second)
    {
        Samples.ThrowUnlessPaired(first.Length, second.Length);
        long difference = 0, untiedFirst = 0, untiedSecond = 0;
        for (int i = 0; i < first.Length; i++)
        {
            for (int j = 0; j < i; j++)
            {
                int x = first[i].CompareTo(first[j]), y = second[i].CompareTo(second[j]);
                difference += x * y;
                untiedFirst += x * x;
                untiedSecond += y * y;
            }
        }

        return (difference, untiedFirst, untiedSecond);
    }

    private static bool IsConstant(ReadOnlySpan<double> values) => values.Length < 2 || !values.ContainsAnyExcept(values[0]);
}

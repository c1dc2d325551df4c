namespace Alignment.Shared.Statistics;

/// <summary>Agreement of two raters on the items that both have rated.</summary>
public static class CohenKappa
{
    /// <summary>The share of items with the same rating, 0 to 1; NaN without items.</summary>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static double PercentAgreement(ReadOnlySpan<double> first, ReadOnlySpan<double> second)
    {
        double[] differences = Samples.Differences(first, second);
        return (double)differences.Count(difference => difference == 0) / differences.Length;
    }

    /// <summary>
    /// Cohen's kappa (1960, weighted 1968): 1 − Σ (1 − w) observed / Σ (1 − w) expected, where each rater keeps the own
    /// frequencies. Weights are of the ranks of the labels that occur in this pair, not of the scale (as scikit-learn). NaN when
    /// only one label occurs.
    /// </summary>
    /// <param name="first">The first rater's labels.</param>
    /// <param name="second">The second rater's labels of the same items.</param>
    /// <param name="weighting">How much different labels still agree.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static double Kappa(ReadOnlySpan<double> first, ReadOnlySpan<double> second, CategoryWeighting weighting = CategoryWeighting.Identity)
    {
        Samples.ThrowUnlessPaired(first.Length, second.Length);
        if (first.IsEmpty)
        {
            return double.NaN;
        }

        double[] labels = Ratings.Categories([first.ToArray(), second.ToArray()]);
        double[,] weights = CategoryWeights.Matrix([.. Enumerable.Range(0, labels.Length)], weighting);
        int[] firstCounts = new int[labels.Length], secondCounts = new int[labels.Length];
        double observed = 0, expected = 0;
        for (int i = 0; i < first.Length; i++)
        {
            int k = Ratings.Index(first[i], labels), l = Ratings.Index(second[i], labels);
            firstCounts[k]++;
            secondCounts[l]++;
            observed += 1 - weights[k, l];
        }

        for (int k = 0; k < labels.Length; k++)
        {
            for (int l = 0; l < labels.Length; l++)
            {
                expected += (1 - weights[k, l]) * firstCounts[k] * secondCounts[l] / first.Length;
            }
        }

        return 1 - observed / expected;
    }
}

namespace Alignment.Shared.Statistics;

/// <summary>
/// Kappas of many raters from counts, [items][categories], when every item has the same number of ratings. They are NaN when
/// chance agreement is 1. Ratings with gaps are for <see cref="ChanceCorrectedAgreement"/>.
/// </summary>
public static class FleissKappa
{
    /// <summary>Fleiss' kappa (1971): chance agreement is Σ p² of the categories' shares of all ratings.</summary>
    /// <param name="counts">How many raters put an item into a category.</param>
    /// <exception cref="ArgumentException">Items with different numbers of ratings, or with fewer than two.</exception>
    public static double Fleiss(int[][] counts)
    {
        double observed = ObservedAgreement(counts), all = counts.Sum(row => row.Sum()), chance = 0;
        for (int k = 0; k < counts[0].Length; k++)
        {
            double share = counts.Sum(row => row[k]) / all;
            chance += share * share;
        }

        return (observed - chance) / (1 - chance);
    }

    /// <summary>Randolph's free-marginal kappa (2005): chance agreement is 1 / q. Categories that do not occur count in q.</summary>
    /// <param name="counts">How many raters put an item into a category.</param>
    /// <exception cref="ArgumentException">Items with different numbers of ratings, or with fewer than two.</exception>
    public static double Randolph(int[][] counts)
    {
        double observed = ObservedAgreement(counts), chance = 1.0 / counts[0].Length;
        return (observed - chance) / (1 - chance);
    }

    // The share of agreeing pairs of ratings, averaged over items.
    private static double ObservedAgreement(int[][] counts)
    {
        double ratings = counts.Length == 0 ? 0 : counts[0].Sum();
        if (ratings < 2 || counts.Any(row => row.Sum() != ratings))
        {
            throw new ArgumentException("every item needs the same number of ratings, two or more", nameof(counts));
        }

        return counts.Average(row => (row.Sum(count => (double)count * count) - ratings) / (ratings * (ratings - 1)));
    }
}

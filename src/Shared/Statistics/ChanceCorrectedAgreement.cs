namespace Alignment.Shared.Statistics;

/// <summary>
/// Agreement of any number of raters with gaps, corrected for chance, as irrCAC 0.4.4 computes it (Gwet 2014, "Handbook of
/// Inter-Rater Reliability"). Ratings are [items][raters], NaN where one is missing. Items without ratings do not count; items
/// with one rating count in the frequencies of categories only. Categories default to the values that occur; give the whole
/// scale, rising, where labels may not occur.
/// </summary>
public static class ChanceCorrectedAgreement
{
    // irrCAC's stand-in for a chance agreement that one category leaves undefined.
    private const double Rounding = 1e-15;

    /// <summary>
    /// Gwet's AC1 (2008), weighted AC2: chance agreement is the weights' sum · Σ p (1 − p) / (q (q − 1)). It stays high where
    /// nearly all ratings are equal. With one category it is 1, without a standard error.
    /// </summary>
    /// <exception cref="ArgumentException">No rating, or one that is no category.</exception>
    public static AgreementCoefficient Gwet(double[][] ratings, CategoryWeighting weighting = CategoryWeighting.Identity, double[]? categories = null)
    {
        var counts = new WeightedCounts(ratings, weighting, categories);
        double[] shares = Shares(counts);
        double q = shares.Length, scale = counts.WeightSum / (q * (q - 1));
        double chance = q >= 2 ? counts.WeightSum * shares.Sum(share => share * (1 - share)) / (q * (q - 1)) : 1 - Rounding;
        double[] others = Array.ConvertAll(shares, share => 1 - share);
        return counts.Coefficient(chance, i => scale * MeanOf(counts, i, others));
    }

    /// <summary>Fleiss' kappa (1971) with gaps and weights: chance agreement is Σ w_kl p_k p_l of the mean shares of categories.</summary>
    /// <exception cref="ArgumentException">No rating, or one that is no category.</exception>
    public static AgreementCoefficient Fleiss(double[][] ratings, CategoryWeighting weighting = CategoryWeighting.Identity, double[]? categories = null)
    {
        var counts = new WeightedCounts(ratings, weighting, categories);
        double[] shares = Shares(counts), weighted = counts.Weighted(shares);
        return counts.Coefficient(counts.Independent(shares), i => MeanOf(counts, i, weighted));
    }

    /// <summary>
    /// The coefficient of Brennan and Prediger (1981): chance agreement is the mean weight, 1 / q without weights. Its p-value is
    /// one-sided, as irrCAC's; the others' are two-sided.
    /// </summary>
    /// <exception cref="ArgumentException">No rating, or one that is no category.</exception>
    public static AgreementCoefficient BrennanPrediger(double[][] ratings, CategoryWeighting weighting = CategoryWeighting.Identity, double[]? categories = null)
    {
        var counts = new WeightedCounts(ratings, weighting, categories);
        double q = counts.Categories.Length, chance = q >= 2 ? counts.WeightSum / (q * q) : Rounding;
        AgreementCoefficient twoSided = counts.Coefficient(chance, _ => chance);
        return twoSided with { PValue = twoSided.PValue / 2 };
    }

    /// <summary>
    /// Krippendorff's alpha with a standard error; equal to <see cref="KrippendorffAlpha"/> for nominal (identity) and interval
    /// (quadratic) ratings. Only items with two ratings or more count.
    /// </summary>
    /// <exception cref="ArgumentException">No rating, or one that is no category.</exception>
    public static AgreementCoefficient Krippendorff(double[][] ratings, CategoryWeighting weighting = CategoryWeighting.Identity, double[]? categories = null)
    {
        var all = new WeightedCounts(ratings, weighting, categories);
        int[] units = [.. Enumerable.Range(0, all.Items).Where(i => all.PerItem[i] >= 2)];
        double sum = units.Sum(i => all.PerItem[i]), mean = sum / units.Length, correction = 1 / sum;
        double[] agreements = Array.ConvertAll(units, i => all.Agreeing[i] / (mean * (all.PerItem[i] - 1)));
        double uncorrected = agreements.Sum() / units.Length, observed = (1 - correction) * uncorrected + correction;
        double[] shares = [.. all.Categories.Select((_, k) => units.Sum(i => 1.0 / units.Length * (all.Counts[i][k] / mean)))];
        double[] weighted = all.Weighted(shares);
        double chance = all.Independent(shares), centre = (uncorrected - chance) / (1 - chance);
        double[] influences = [.. units.Select((i, unit) =>
        {
            double surplus = (all.PerItem[i] - mean) / mean;
            double itemObserved = agreements[unit] - observed * surplus;
            double itemChance = weighted.Select((weight, k) => all.Counts[i][k] * weight).Sum() / mean - chance * surplus;
            return (itemObserved - chance) / (1 - chance) - 2 * (1 - centre) * (itemChance - chance) / (1 - chance);
        })];
        return AgreementCoefficient.Of(AgreementCoefficient.Corrected(observed, chance), observed, chance, influences, centre);
    }

    // The categories' shares of each item's ratings, averaged over the rated items.
    private static double[] Shares(WeightedCounts counts) => [.. counts.Categories.Select((_, k) =>
        Enumerable.Range(0, counts.Items).Sum(i => 1.0 / counts.Items * (counts.Counts[i][k] / counts.PerItem[i])))];

    // The mean over an item's ratings of a value that each category has.
    private static double MeanOf(WeightedCounts counts, int item, double[] perCategory) =>
        perCategory.Select((value, k) => counts.Counts[item][k] * value).Sum() / counts.PerItem[item];
}

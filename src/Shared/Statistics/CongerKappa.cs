namespace Alignment.Shared.Statistics;

/// <summary>Conger's kappa (1980): Cohen's kappa for many raters with gaps, as irrCAC 0.4.4 computes it.</summary>
public static class CongerKappa
{
    /// <summary>
    /// Chance agreement is the mean of the pairwise ones of Cohen: each rater keeps the own frequencies. NaN, except for the
    /// observed agreement, when a rater has no rating at all or only one category occurs.
    /// </summary>
    /// <param name="ratings">[items][raters], NaN where a rating is missing; two raters or more.</param>
    /// <param name="weighting">How much different categories still agree.</param>
    /// <param name="categories">The scale, rising; the values that occur when not given.</param>
    /// <exception cref="ArgumentException">No rating, or one that is no category.</exception>
    public static AgreementCoefficient Kappa(double[][] ratings, CategoryWeighting weighting = CategoryWeighting.Identity, double[]? categories = null)
    {
        var counts = new WeightedCounts(ratings, weighting, categories);
        int raters = counts.Rated[0].Length;
        double[][] columns = [.. Enumerable.Range(0, raters).Select(g => Array.ConvertAll(counts.Rated, row => row[g]))];
        double[] ratedItems = Array.ConvertAll(columns, column => (double)column.Count(value => !double.IsNaN(value)));
        double[][] shares = [.. columns.Select((column, g) => Array.ConvertAll(counts.Categories, category => column.Count(value => value == category) / ratedItems[g]))];
        double[] means = [.. counts.Categories.Select((_, k) => shares.Sum(share => share[k]) / raters)];
        double chance = 0;
        for (int k = 0; k < means.Length; k++)
        {
            for (int l = 0; l < means.Length; l++)
            {
                double product = means[k] * means[l];
                double covariance = (shares.Sum(share => share[k] * share[l]) - raters * product) / (raters - 1);
                chance += counts.Weights[k, l] * (product - covariance / raters);
            }
        }

        double[][] influences = [.. Enumerable.Range(0, raters).Select(g => Influences(counts, columns[g], ratedItems[g], shares[g], means, raters))];
        return counts.Coefficient(chance, i => influences.Sum(rater => rater[i]) / ((double)raters * (raters - 1)));
    }

    // [items]: what a rater's rating of an item adds to chance agreement, summed over the other raters. A missing rating adds
    // the change of the rater's frequencies alone.
    private static double[] Influences(WeightedCounts counts, double[] column, double rated, double[] shares, double[] means, int raters)
    {
        double[] influences = new double[column.Length];
        for (int i = 0; i < column.Length; i++)
        {
            double surplus = (double.IsNaN(column[i]) ? 0 : 1) - rated / counts.Items;
            for (int k = 0; k < shares.Length; k++)
            {
                double agreement = 0;
                for (int l = 0; l < shares.Length; l++)
                {
                    agreement += counts.Weights[k, l] * ((column[i] == counts.Categories[l] ? 1 : 0) - surplus * shares[l]);
                }

                influences[i] += agreement * (counts.Items / rated) * (raters * means[k] - shares[k]);
            }
        }

        return influences;
    }
}

namespace Alignment.Shared.Statistics;

/// <summary>
/// What the coefficients of <see cref="ChanceCorrectedAgreement"/> share: counts of the items with at least one rating, and
/// observed agreement over the items with two or more. Sums run in the order of irrCAC: where chance agreement is 1 up to
/// rounding, the rounding decides between 1 and NaN.
/// </summary>
internal sealed class WeightedCounts
{
    /// <summary>Counts a table of ratings.</summary>
    /// <exception cref="ArgumentException">No rating, or one that is no category.</exception>
    public WeightedCounts(double[][] ratings, CategoryWeighting weighting, double[]? categories)
    {
        Categories = categories ?? Ratings.Categories(ratings);
        if (Categories.Length == 0)
        {
            throw new ArgumentException("there is no rating", nameof(ratings));
        }

        Rated = [.. ratings.Where(row => row.Any(value => !double.IsNaN(value)))];
        Counts = Ratings.Counts(Rated, Categories);
        PerItem = Array.ConvertAll(Counts, counts => (double)counts.Sum());
        Weights = CategoryWeights.Matrix(Categories, weighting);
        Agreeing = Array.ConvertAll(Counts, AgreeingPairs);
        for (int i = 0; i < Items; i++)
        {
            Observed += PerItem[i] >= 2 ? Agreeing[i] / (PerItem[i] * (PerItem[i] - 1)) : 0;
            Pairable += PerItem[i] >= 2 ? 1 : 0;
        }

        Observed /= Pairable;
    }

    /// <summary>The categories, rising.</summary>
    public double[] Categories { get; }

    /// <summary>The rows with at least one rating.</summary>
    public double[][] Rated { get; }

    /// <summary>[items][categories]: ratings of each rated item.</summary>
    public int[][] Counts { get; }

    /// <summary>[items]: ratings of each rated item.</summary>
    public double[] PerItem { get; }

    /// <summary>[categories, categories]: how much two ratings agree.</summary>
    public double[,] Weights { get; }

    /// <summary>[items]: weighted ordered pairs of ratings that agree.</summary>
    public double[] Agreeing { get; }

    /// <summary>Observed agreement, pa.</summary>
    public double Observed { get; }

    /// <summary>Items with two ratings or more.</summary>
    public int Pairable { get; }

    /// <summary>Items with at least one rating.</summary>
    public int Items => Counts.Length;

    /// <summary>Sum of all weights.</summary>
    public double WeightSum => Weights.Cast<double>().Sum();

    /// <summary>Σ w_kl p_k p_l: the weighted agreement of two independent ratings.</summary>
    public double Independent(double[] shares)
    {
        double sum = 0;
        for (int k = 0; k < shares.Length; k++)
        {
            for (int l = 0; l < shares.Length; l++)
            {
                sum += Weights[k, l] * (shares[k] * shares[l]);
            }
        }

        return sum;
    }

    /// <summary>Σ_l w_kl p_l: how much a rating of each category agrees with an independent one.</summary>
    public double[] Weighted(double[] shares) => [.. shares.Select((_, k) => shares.Select((share, l) => Weights[k, l] * share).Sum())];

    /// <summary>
    /// The coefficient from its chance agreement. Each item's value is linearised: what it adds to observed agreement, and to
    /// chance agreement through the categories' frequencies.
    /// </summary>
    /// <param name="chance">Chance agreement.</param>
    /// <param name="chances">[items]: chance agreement as each item shows it.</param>
    public AgreementCoefficient Coefficient(double chance, Func<int, double> chances)
    {
        double value = AgreementCoefficient.Corrected(Observed, chance);
        double[] influences = new double[Items];
        for (int i = 0; i < influences.Length; i++)
        {
            double excess = PerItem[i] >= 2 ? Agreeing[i] / (PerItem[i] * (PerItem[i] - 1)) - chance : 0;
            influences[i] = (double)Items / Pairable * excess / (1 - chance) - 2 * (1 - value) * (chances(i) - chance) / (1 - chance);
        }

        return AgreementCoefficient.Of(value, Observed, chance, influences, value);
    }

    private double AgreeingPairs(int[] counts)
    {
        double sum = 0;
        for (int k = 0; k < counts.Length; k++)
        {
            double agreeing = 0;
            for (int l = 0; l < counts.Length; l++)
            {
                agreeing += Weights[k, l] * counts[l];
            }

            sum += counts[k] * (agreeing - 1);
        }

        return sum;
    }
}

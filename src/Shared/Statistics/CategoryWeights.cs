namespace Alignment.Shared.Statistics;

/// <summary>How much two different categories still agree.</summary>
public enum CategoryWeighting
{
    /// <summary>Not at all: categories are names.</summary>
    Identity,

    /// <summary>1 − |difference| / range.</summary>
    Linear,

    /// <summary>1 − (difference / range)².</summary>
    Quadratic,

    /// <summary>1 − d (d + 1) / (q (q − 1)) for categories d places apart: only their order counts.</summary>
    Ordinal,
}

/// <summary>Weights of pairs of categories: 1 for the same one, 0 for the two that are farthest apart (Gwet 2014).</summary>
public static class CategoryWeights
{
    /// <summary>[categories, categories] weights, 0 to 1; with one category only identity has a weight, the others are NaN.</summary>
    /// <param name="categories">The values of the categories, rising.</param>
    /// <param name="weighting">The weighting.</param>
    public static double[,] Matrix(ReadOnlySpan<double> categories, CategoryWeighting weighting)
    {
        int count = categories.Length;
        double range = categories[^1] - categories[0];
        double[,] weights = new double[count, count];
        for (int k = 0; k < count; k++)
        {
            for (int l = 0; l < count; l++)
            {
                double difference = Math.Abs(categories[k] - categories[l]), places = Math.Abs(k - l);
                weights[k, l] = weighting switch
                {
                    CategoryWeighting.Identity => k == l ? 1 : 0,
                    CategoryWeighting.Linear => 1 - difference / range,
                    CategoryWeighting.Quadratic => 1 - difference / range * (difference / range),
                    CategoryWeighting.Ordinal => 1 - places * (places + 1) / ((double)count * (count - 1)),
                    _ => throw new ArgumentOutOfRangeException(nameof(weighting), weighting, "no such weighting"),
                };
            }
        }

        return weights;
    }
}

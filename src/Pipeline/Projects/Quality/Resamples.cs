using Alignment.Shared.Statistics;

namespace Alignment.Pipeline.Projects.Quality;

/// <summary>
/// Resamples of items of which many are alike: a resample is how often each different item was drawn, so that thousands of
/// resamples of tens of thousands of items take a second. The rows drawn are those of <see cref="Bootstrap.Indices"/>.
/// </summary>
internal sealed class Resamples
{
    private readonly int[] _patternOf;

    private Resamples(double[][] patterns, int[] patternOf) => (Patterns, _patternOf) = (patterns, patternOf);

    /// <summary>The different items, as ratings in rising order.</summary>
    public double[][] Patterns { get; }

    /// <summary>Collects the items that are alike.</summary>
    /// <param name="items">The ratings of each item.</param>
    public static Resamples Of(IEnumerable<double[]> items)
    {
        Dictionary<string, int> places = new(StringComparer.Ordinal);
        List<double[]> patterns = [];
        List<int> patternOf = [];
        foreach (double[] item in items)
        {
            string key = string.Join(' ', item);
            if (!places.TryGetValue(key, out int place))
            {
                places.Add(key, place = patterns.Count);
                patterns.Add(item);
            }

            patternOf.Add(place);
        }

        return new([.. patterns], [.. patternOf]);
    }

    /// <summary>A figure of each resample.</summary>
    /// <param name="figure">The figure, from how often each pattern was drawn.</param>
    public double[] Replicates(Func<int[], double> figure)
    {
        var random = new SplitMix64(Estimates.Seed);
        double[] replicates = new double[Estimates.Replicates];
        int[] drawn = new int[Patterns.Length];
        for (int replicate = 0; replicate < replicates.Length; replicate++)
        {
            Array.Clear(drawn);
            for (int i = 0; i < _patternOf.Length; i++)
            {
                drawn[_patternOf[random.NextInt(_patternOf.Length)]]++;
            }

            replicates[replicate] = figure(drawn);
        }

        return replicates;
    }

    /// <summary>The mean of patterns of one number each.</summary>
    public double Mean(int[] drawn)
    {
        double sum = 0;
        for (int i = 0; i < drawn.Length; i++)
        {
            sum += drawn[i] * Patterns[i][0];
        }

        return sum / _patternOf.Length;
    }

    /// <summary>Gwet's AC1 of patterns and how often each was drawn: <see cref="ChanceCorrectedAgreement.Gwet"/> of the rows.</summary>
    public double Ac1(int[] drawn, double[] scale)
    {
        double agreeing = 0;
        int pairable = 0, rated = 0;
        double[] shares = new double[scale.Length];
        for (int i = 0; i < drawn.Length; i++)
        {
            double[] ratings = Patterns[i];
            rated += drawn[i];
            pairable += ratings.Length >= 2 ? drawn[i] : 0;
            for (int k = 0; k < scale.Length; k++)
            {
                double count = ratings.Count(rating => rating == scale[k]);
                shares[k] += drawn[i] * count / ratings.Length;
                agreeing += ratings.Length >= 2 ? drawn[i] * count * (count - 1) / (ratings.Length * (ratings.Length - 1.0)) : 0;
            }
        }

        double chance = shares.Sum(share => share / rated * (1 - share / rated)) / (scale.Length - 1);
        return ((agreeing / pairable) - chance) / (1 - chance);
    }

    /// <summary>Cohen's kappa of patterns of two ratings each: <see cref="CohenKappa.Kappa"/> of the rows; NaN when only one label was drawn.</summary>
    public double Kappa(int[] drawn, double[] scale)
    {
        double same = 0, items = drawn.Sum();
        double[] first = new double[scale.Length], second = new double[scale.Length];
        for (int i = 0; i < drawn.Length; i++)
        {
            first[Array.IndexOf(scale, Patterns[i][0])] += drawn[i] / items;
            second[Array.IndexOf(scale, Patterns[i][1])] += drawn[i] / items;
            same += Patterns[i][0] == Patterns[i][1] ? drawn[i] / items : 0;
        }

        double chance = first.Zip(second, (one, other) => one * other).Sum();
        return first.Max() * second.Max() > 1 - 1e-12 && same > 1 - 1e-12 ? double.NaN : (same - chance) / (1 - chance);
    }
}

using Alignment.Shared.Statistics;

namespace Alignment.Pipeline.Projects.Quality;

/// <summary>Figures with their intervals: of shares Wilson's, of means and coefficients the bootstrap's over items.</summary>
internal static class Estimates
{
    /// <summary>Resamples of a bootstrap.</summary>
    public const int Replicates = 1000;

    /// <summary>Its seed: the same judgments give the same interval.</summary>
    public const ulong Seed = 6;

    /// <summary>A share of yes.</summary>
    public static Estimate Share(int yes, int count, string whenNone) =>
        count == 0 ? None(whenNone) : new((double)yes / count, Intervals.Wilson(yes, count), count, null);

    /// <summary>A mean over items.</summary>
    public static Estimate Mean(double[] items, string whenNone)
    {
        if (items.Length == 0)
        {
            return None(whenNone);
        }

        var resamples = Resamples.Of(items.Select(item => (double[])[item]));
        return WithInterval(Samples.Mean(items), items.Length, () => resamples.Replicates(resamples.Mean), whenNone);
    }

    /// <summary>A figure that may be undefined, with the interval of its replicates.</summary>
    /// <param name="value">The figure; NaN where it is undefined.</param>
    /// <param name="count">The sample's size.</param>
    /// <param name="replicates">The figure of each resample.</param>
    /// <param name="whenUndefined">Why it, or a resample's, is undefined.</param>
    public static Estimate WithInterval(double value, int count, Func<double[]> replicates, string whenUndefined)
    {
        if (double.IsNaN(value))
        {
            return new(null, null, count, whenUndefined);
        }

        if (count < 2)
        {
            return new(value, null, count, "one item has no interval");
        }

        double[] defined = [.. replicates().Where(replicate => !double.IsNaN(replicate))];
        return 2 * defined.Length > Replicates
            ? new(value, Bootstrap.Percentile(defined), count, null)
            : new(value, null, count, $"in most resamples {whenUndefined}");
    }

    /// <summary>No sample, no figure.</summary>
    public static Estimate None(string why) => new(null, null, 0, why);
}

namespace Alignment.Shared.Statistics;

/// <summary>What differences between ratings mean.</summary>
public enum MeasurementLevel
{
    /// <summary>Ratings are names: equal or not.</summary>
    Nominal,

    /// <summary>Only the order counts: the distance of two ratings is the number of ratings between them.</summary>
    Ordinal,

    /// <summary>Differences count.</summary>
    Interval,

    /// <summary>Differences relative to the sum count; 0 is nothing.</summary>
    Ratio,
}

/// <summary>Krippendorff's alpha (2011, "Computing Krippendorff's alpha-reliability") of any number of raters, with gaps.</summary>
public static class KrippendorffAlpha
{
    /// <summary>
    /// 1 − observed / expected disagreement: 1 is perfect, 0 is chance. Items with fewer than two ratings do not count. NaN when
    /// all ratings that can be paired are equal.
    /// </summary>
    /// <param name="ratings">[items][raters], NaN where a rating is missing.</param>
    /// <param name="level">What differences mean.</param>
    /// <exception cref="ArgumentException">Fewer than two values occur, or no item has two ratings: alpha is undefined.</exception>
    public static double Alpha(double[][] ratings, MeasurementLevel level)
    {
        double[] values = Ratings.Categories(ratings);
        if (values.Length < 2)
        {
            throw new ArgumentException("alpha is undefined with fewer than two different ratings", nameof(ratings));
        }

        int[][] units = [.. Ratings.Counts(ratings, values).Where(counts => counts.Sum() >= 2)];
        if (units.Length == 0)
        {
            throw new ArgumentException("alpha is undefined without an item that has two ratings", nameof(ratings));
        }

        double[] frequencies = [.. values.Select((_, k) => (double)units.Sum(counts => counts[k]))];
        double pairable = frequencies.Sum(), observed = 0, expected = 0;
        for (int c = 0; c < values.Length; c++)
        {
            for (int k = 0; k < c; k++)
            {
                double distance = SquaredDistance(values, frequencies, k, c, level);
                observed += distance * units.Sum(counts => (double)counts[c] * counts[k] / (counts.Sum() - 1));
                expected += distance * frequencies[c] * frequencies[k] / (pairable - 1);
            }
        }

        return 1 - observed / expected;
    }

    // δ² of two values, the lower one first.
    private static double SquaredDistance(double[] values, double[] frequencies, int low, int high, MeasurementLevel level)
    {
        double difference = values[high] - values[low], sum = values[high] + values[low];
        double distance = level switch
        {
            MeasurementLevel.Nominal => 1,
            MeasurementLevel.Ordinal => frequencies[low..(high + 1)].Sum() - (frequencies[low] + frequencies[high]) / 2,
            MeasurementLevel.Interval => difference,
            MeasurementLevel.Ratio => sum == 0 ? 0 : difference / sum,
            _ => throw new ArgumentOutOfRangeException(nameof(level), level, "no such level"),
        };
        return distance * distance;
    }
}

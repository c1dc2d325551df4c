namespace Alignment.Shared.Statistics;

/// <summary>Figures of one sample.</summary>
public static class Samples
{
    /// <summary>The mean; NaN of an empty sample.</summary>
    public static double Mean(ReadOnlySpan<double> values)
    {
        double sum = 0;
        foreach (double value in values)
        {
            sum += value;
        }

        return sum / values.Length;
    }

    /// <summary>The variance with n − 1.</summary>
    public static double Variance(ReadOnlySpan<double> values)
    {
        double mean = Mean(values), squares = 0;
        foreach (double value in values)
        {
            squares += (value - mean) * (value - mean);
        }

        return squares / (values.Length - 1);
    }

    /// <summary>The standard error of the mean, with n − 1.</summary>
    public static double StandardError(ReadOnlySpan<double> values) => Math.Sqrt(Variance(values) / values.Length);

    /// <summary>A quantile by linear interpolation between order statistics (type 7 of Hyndman and Fan, numpy's default).</summary>
    /// <param name="values">The sample, in any order; not empty.</param>
    /// <param name="share">The share below, 0 to 1.</param>
    public static double Quantile(ReadOnlySpan<double> values, double share)
    {
        double[] sorted = values.ToArray();
        Array.Sort(sorted);
        double position = share * (sorted.Length - 1);
        int below = Math.Clamp((int)Math.Floor(position), 0, sorted.Length - 1), above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
    }

    /// <summary>Element-wise first minus second.</summary>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static double[] Differences(ReadOnlySpan<double> first, ReadOnlySpan<double> second)
    {
        ThrowUnlessPaired(first.Length, second.Length);
        double[] differences = new double[first.Length];
        for (int i = 0; i < differences.Length; i++)
        {
            differences[i] = first[i] - second[i];
        }

        return differences;
    }

    /// <summary>Samples of pairs have equal lengths.</summary>
    /// <exception cref="ArgumentException">They differ.</exception>
    internal static void ThrowUnlessPaired(int first, int second)
    {
        if (first != second)
        {
            throw new ArgumentException($"{first} values are paired with {second}", nameof(second));
        }
    }
}

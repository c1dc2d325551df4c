namespace Alignment.Shared.Statistics;

/// <summary>
/// The bootstrap of Efron (1979): replicates of a statistic on resampled rows, and intervals from them. Resampling is given or
/// seeded; paired comparisons resample the differences of the same rows.
/// </summary>
public static class Bootstrap
{
    /// <summary>Replicates that figures in reports are made from.</summary>
    public const int DefaultReplicates = 10_000;

    /// <summary>Random rows for each replicate, drawn with replacement by <see cref="SplitMix64"/>.</summary>
    /// <param name="count">Rows of the sample, at least 1.</param>
    /// <param name="replicates">Replicates.</param>
    /// <param name="seed">The seed.</param>
    public static IEnumerable<int[]> Indices(int count, int replicates, ulong seed)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        return Draw(count, replicates, seed);
    }

    /// <summary>A statistic of each replicate.</summary>
    /// <param name="indices">The rows of each replicate.</param>
    /// <param name="statistic">The statistic of the rows.</param>
    public static double[] Replicates(IEnumerable<int[]> indices, Func<int[], double> statistic) => [.. indices.Select(statistic)];

    /// <summary>The mean of each replicate.</summary>
    public static double[] Means(double[] values, IEnumerable<int[]> indices) => Replicates(indices, rows =>
    {
        double sum = 0;
        foreach (int row in rows)
        {
            sum += values[row];
        }

        return sum / rows.Length;
    });

    /// <summary>The percentile interval of a mean, seeded; of a paired comparison, give the differences.</summary>
    public static Interval PercentileOfMean(double[] values, ulong seed, int replicates = DefaultReplicates, double alpha = Intervals.DefaultAlpha) =>
        Percentile(Means(values, Indices(values.Length, replicates, seed)), alpha);

    /// <summary>The percentile interval: quantiles of the replicates.</summary>
    public static Interval Percentile(ReadOnlySpan<double> replicates, double alpha = Intervals.DefaultAlpha) =>
        new(Samples.Quantile(replicates, alpha / 2), Samples.Quantile(replicates, 1 - alpha / 2));

    /// <summary>The basic interval: the percentile interval mirrored at the statistic.</summary>
    public static Interval Basic(ReadOnlySpan<double> replicates, double statistic, double alpha = Intervals.DefaultAlpha)
    {
        Interval percentile = Percentile(replicates, alpha);
        return new(2 * statistic - percentile.High, 2 * statistic - percentile.Low);
    }

    /// <summary>The bootstrap's standard error: the replicates' standard deviation, with n − 1.</summary>
    public static double StandardError(ReadOnlySpan<double> replicates) => Math.Sqrt(Samples.Variance(replicates));

    /// <summary>The two-sided p-value of a difference: twice the smaller share of replicates on one side of 0, at most 1.</summary>
    public static double TwoSidedP(ReadOnlySpan<double> replicates)
    {
        int low = 0, high = 0;
        foreach (double replicate in replicates)
        {
            low += replicate <= 0 ? 1 : 0;
            high += replicate >= 0 ? 1 : 0;
        }

        return Math.Min(1, 2.0 * Math.Min(low, high) / replicates.Length);
    }

    /// <summary>The bias correction of BCa: z of the share of replicates below the statistic.</summary>
    public static double BiasCorrection(ReadOnlySpan<double> replicates, double statistic)
    {
        int below = 0;
        foreach (double replicate in replicates)
        {
            below += replicate < statistic ? 1 : 0;
        }

        return Distributions.NormalQuantile((double)below / replicates.Length);
    }

    /// <summary>The acceleration of BCa, from the statistic without each row in turn; 0 when these are all equal.</summary>
    public static double Acceleration(ReadOnlySpan<double> jackknife)
    {
        double mean = Samples.Mean(jackknife), squares = 0, cubes = 0;
        foreach (double value in jackknife)
        {
            double centred = mean - value;
            squares += centred * centred;
            cubes += centred * centred * centred;
        }

        return squares == 0 ? 0 : cubes / (6 * Math.Pow(squares, 1.5));
    }

    /// <summary>The mean without each row in turn.</summary>
    public static double[] JackknifeMeans(double[] values)
    {
        double[] means = new double[values.Length];
        for (int skipped = 0; skipped < values.Length; skipped++)
        {
            double sum = 0;
            for (int i = 0; i < values.Length; i++)
            {
                sum += i == skipped ? 0 : values[i];
            }

            means[skipped] = sum / (values.Length - 1);
        }

        return means;
    }

    /// <summary>The bias-corrected and accelerated interval (Efron 1987).</summary>
    /// <param name="replicates">The replicates.</param>
    /// <param name="statistic">The statistic of the sample itself.</param>
    /// <param name="jackknife">The statistic without each row in turn.</param>
    /// <param name="alpha">Error probability.</param>
    public static Interval Bca(ReadOnlySpan<double> replicates, double statistic, ReadOnlySpan<double> jackknife, double alpha = Intervals.DefaultAlpha)
    {
        double bias = BiasCorrection(replicates, statistic), acceleration = Acceleration(jackknife);
        if (double.IsInfinity(bias))
        {
            // Every replicate lies on one side of the statistic: the correction has no finite value.
            return Percentile(replicates, alpha);
        }

        return new(
            Samples.Quantile(replicates, Share(alpha / 2)),
            Samples.Quantile(replicates, Share(1 - alpha / 2)));

        double Share(double share)
        {
            double z = bias + Distributions.NormalQuantile(share);
            return Distributions.NormalCdf(bias + z / (1 - acceleration * z));
        }
    }

    private static IEnumerable<int[]> Draw(int count, int replicates, ulong seed)
    {
        var random = new SplitMix64(seed);
        for (int replicate = 0; replicate < replicates; replicate++)
        {
            int[] rows = new int[count];
            for (int i = 0; i < count; i++)
            {
                rows[i] = random.NextInt(count);
            }

            yield return rows;
        }
    }
}

namespace Alignment.Shared.Statistics;

/// <summary>The outcome of a test.</summary>
/// <param name="Statistic">The statistic.</param>
/// <param name="PValue">The two-sided p-value.</param>
public readonly record struct SignificanceResult(double Statistic, double PValue);

/// <summary>Two-sided tests on means and counts.</summary>
public static class SignificanceTests
{
    /// <summary>Student's test of paired values: is the mean of first − second 0? (scipy ttest_rel)</summary>
    public static SignificanceResult PairedT(ReadOnlySpan<double> first, ReadOnlySpan<double> second)
    {
        double[] differences = Samples.Differences(first, second);
        double t = Samples.Mean(differences) / Samples.StandardError(differences);
        return new(t, Distributions.StudentTwoSided(t, differences.Length - 1));
    }

    /// <summary>Welch's test of two samples with their own variances (scipy ttest_ind, equal_var=False).</summary>
    public static SignificanceResult WelchT(ReadOnlySpan<double> first, ReadOnlySpan<double> second)
    {
        double a = Samples.Variance(first) / first.Length, b = Samples.Variance(second) / second.Length;
        double t = (Samples.Mean(first) - Samples.Mean(second)) / Math.Sqrt(a + b);
        double degrees = (a + b) * (a + b) / (a * a / (first.Length - 1) + b * b / (second.Length - 1));
        return new(t, Distributions.StudentTwoSided(t, degrees));
    }

    /// <summary>
    /// The sign-flip permutation test of paired differences: (1 + as extreme) / (1 + permutations), where a permutation is as
    /// extreme when its |mean| reaches the observed one within 1e-15.
    /// </summary>
    /// <param name="differences">The differences.</param>
    /// <param name="signs">One sign, −1 or 1, per difference and permutation.</param>
    public static double SignFlip(double[] differences, IEnumerable<int[]> signs)
    {
        const double rounding = 1e-15;
        double observed = Math.Abs(Samples.Mean(differences));
        int permutations = 0, extreme = 0;
        foreach (int[] flips in signs)
        {
            double sum = 0;
            for (int i = 0; i < differences.Length; i++)
            {
                sum += flips[i] * differences[i];
            }

            permutations++;
            extreme += Math.Abs(sum / differences.Length) >= observed - rounding ? 1 : 0;
        }

        return (1.0 + extreme) / (1.0 + permutations);
    }

    /// <summary>The sign-flip test with signs drawn by <see cref="SplitMix64"/>.</summary>
    public static double SignFlip(double[] differences, ulong seed, int permutations = Bootstrap.DefaultReplicates)
    {
        var random = new SplitMix64(seed);
        return SignFlip(differences, Enumerable.Range(0, permutations).Select(_ => Array.ConvertAll(differences, _ => (int)(random.NextBits() >> 63) * 2 - 1)));
    }

    /// <summary>McNemar's exact test: the discordant counts under a fair coin; the statistic is the smaller count. NaN without any.</summary>
    public static SignificanceResult McNemarExact(int onlyFirst, int onlySecond)
    {
        int smaller = Math.Min(onlyFirst, onlySecond), all = onlyFirst + onlySecond;
        return all == 0 ? new(double.NaN, double.NaN) : new(smaller, Math.Min(1, 2 * Distributions.BinomialCdf(smaller, all, 0.5)));
    }

    /// <summary>McNemar's χ² test, with or without the continuity correction. NaN without discordant counts.</summary>
    public static SignificanceResult McNemarChiSquare(int onlyFirst, int onlySecond, bool corrected)
    {
        double difference = Math.Abs((double)onlyFirst - onlySecond) - (corrected ? 1 : 0);
        double statistic = difference * difference / ((double)onlyFirst + onlySecond);
        return onlyFirst + onlySecond == 0 ? new(double.NaN, double.NaN) : new(statistic, Distributions.ChiSquare1Upper(statistic));
    }

    /// <summary>The exact binomial test: the probability of all outcomes that are no likelier than the observed one (scipy binomtest).</summary>
    public static double Binomial(int successes, int trials, double chance = 0.5)
    {
        double observed = Distributions.BinomialMass(successes, trials, chance), sum = 0;
        for (int k = 0; k <= trials; k++)
        {
            double mass = Distributions.BinomialMass(k, trials, chance);

            // Equal probabilities must not be told apart by rounding.
            sum += mass <= observed * (1 + 1e-7) ? mass : 0;
        }

        return Math.Min(1, sum);
    }

    /// <summary>The z test of two proportions with the pooled variance (statsmodels proportions_ztest).</summary>
    public static SignificanceResult TwoProportions(int firstSuccesses, int firstTrials, int secondSuccesses, int secondTrials)
    {
        double pooled = ((double)firstSuccesses + secondSuccesses) / ((double)firstTrials + secondTrials);
        double deviation = Math.Sqrt(pooled * (1 - pooled) * (1.0 / firstTrials + 1.0 / secondTrials));
        double z = ((double)firstSuccesses / firstTrials - (double)secondSuccesses / secondTrials) / deviation;
        return new(z, Distributions.NormalTwoSided(z));
    }
}

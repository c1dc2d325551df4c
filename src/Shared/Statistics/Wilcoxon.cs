namespace Alignment.Shared.Statistics;

/// <summary>
/// Wilcoxon's signed-rank test of paired values. Differences of 0 are dropped; the p-value is exact for at most 50 differences
/// without ties and zeros, else by the normal approximation with the correction for ties (scipy's choice).
/// </summary>
public static class Wilcoxon
{
    private const int LargestExact = 50;

    /// <summary>The test; the statistic is the smaller of the two rank sums. NaN when all differences are 0.</summary>
    public static SignificanceResult SignedRank(ReadOnlySpan<double> first, ReadOnlySpan<double> second)
    {
        double[] all = Samples.Differences(first, second);
        double[] differences = [.. all.Where(difference => difference != 0)];
        if (differences.Length == 0)
        {
            return new(double.NaN, double.NaN);
        }

        (double[] ranks, double tieTerm) = Ranks.Of(Array.ConvertAll(differences, Math.Abs));
        double plus = 0, minus = 0;
        for (int i = 0; i < ranks.Length; i++)
        {
            plus += differences[i] > 0 ? ranks[i] : 0;
            minus += differences[i] < 0 ? ranks[i] : 0;
        }

        bool exact = all.Length <= LargestExact && differences.Length == all.Length && tieTerm == 0;
        return new(Math.Min(plus, minus), exact ? ExactP((int)Math.Min(plus, minus), ranks.Length) : ApproximateP(plus, ranks.Length, tieTerm));
    }

    // Counts the sign patterns of each rank sum: as many subsets of 1 … n have the sum.
    private static double ExactP(int smaller, int count)
    {
        double[] patterns = new double[count * (count + 1) / 2 + 1];
        patterns[0] = 1;
        for (int rank = 1, reached = 0; rank <= count; reached += rank, rank++)
        {
            for (int sum = reached + rank; sum >= rank; sum--)
            {
                patterns[sum] += patterns[sum - rank];
            }
        }

        return Math.Min(1, 2 * patterns.Take(smaller + 1).Sum() / Math.Pow(2, count));
    }

    private static double ApproximateP(double plus, double count, double tieTerm)
    {
        double mean = count * (count + 1) / 4;
        double deviation = Math.Sqrt((count * (count + 1) * (2 * count + 1) - tieTerm / 2) / 24);
        return Distributions.NormalTwoSided((plus - mean) / deviation);
    }
}

using Alignment.Shared.Statistics;

namespace Alignment.Shared.Tests.Statistics;

/// <summary>Properties and edges beyond the golden suite; reference values from published tables.</summary>
public sealed class StatisticsTests
{
    [Theory]
    [InlineData(0.975, 1.9599639845400545)]
    [InlineData(0.5, 0)]
    [InlineData(0.001, -3.090232306167813)]
    [InlineData(1e-12, -7.034483824642483)]
    [InlineData(1e-300, -37.0471)]
    public void NormalQuantile_Tables_Match(double share, double expected)
    {
        double z = Distributions.NormalQuantile(share);

        Assert.Equal(expected, z, Math.Abs(expected) * 1e-6 + 1e-12);
        Assert.Equal(share, Distributions.NormalCdf(z), share * 1e-9);
    }

    [Fact]
    public void NormalQuantile_BordersAndOutside_AreInfiniteOrNaN()
    {
        Assert.Equal(double.NegativeInfinity, Distributions.NormalQuantile(0));
        Assert.Equal(double.PositiveInfinity, Distributions.NormalQuantile(1));
        Assert.True(double.IsNaN(Distributions.NormalQuantile(1.1)));
    }

    [Theory]
    [InlineData(1, 12.706204736432095)]
    [InlineData(10, 2.228138851964939)]
    [InlineData(1000, 1.962339080825398)]
    public void StudentUpperQuantile_Tables_Match(double degrees, double expected) =>
        Assert.Equal(expected, Distributions.StudentUpperQuantile(0.025, degrees), expected * 1e-9);

    [Fact]
    public void BinomialCdf_SumOfMasses_IsTheSame()
    {
        foreach (double chance in (double[])[0, 0.03, 0.5, 0.9, 1])
        {
            double sum = 0;
            for (int k = 0; k <= 30; k++)
            {
                sum += Distributions.BinomialMass(k, 30, chance);
                Assert.Equal(sum, Distributions.BinomialCdf(k, 30, chance), 1e-12);
            }
        }
    }

    [Fact]
    public void Wilson_HalfCounts_LieBetweenTheirNeighbours()
    {
        Interval below = Intervals.Wilson(4, 10), half = Intervals.Wilson(4.5, 10), above = Intervals.Wilson(5, 10);

        Assert.InRange(half.Low, below.Low, above.Low);
        Assert.InRange(half.High, below.High, above.High);
    }

    [Fact]
    public void Intervals_NoTrials_SayNothing()
    {
        foreach (Func<double, double, double, Interval> interval in (Func<double, double, double, Interval>[])[Intervals.Wilson, Intervals.Normal, Intervals.AgrestiCoull, Intervals.ClopperPearson, Intervals.Jeffreys])
        {
            Assert.Equal(new Interval(0, 1), interval(0, 0, 0.05));
            Assert.Throws<ArgumentOutOfRangeException>(() => interval(3, 2, 0.05));
            Assert.Throws<ArgumentOutOfRangeException>(() => interval(double.NaN, 2, 0.05));
            Assert.Throws<ArgumentOutOfRangeException>(() => interval(1, 2, 0));
        }
    }

    [Fact]
    public void WinRate_Margins_CountExactTiesHalf()
    {
        var rate = WinRate.OfMargins([0.5, 0, -0.0, -1, double.Epsilon]);

        Assert.Equal(new WinRate(2, 2, 1), rate);
        Assert.Equal(0.6, rate.Rate, 1e-12);
        Assert.Throws<ArgumentException>(() => WinRate.Of([0.3]));
    }

    /// <summary>The first outputs of seed 1234567, as the algorithm's published reference gives them.</summary>
    [Fact]
    public void SplitMix64_KnownSeed_GivesThePublishedNumbers()
    {
        var random = new SplitMix64(1234567);

        Assert.Equal([6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431, 16408922859458223821], Enumerable.Range(0, 5).Select(_ => random.NextBits()));
    }

    [Fact]
    public void SplitMix64_NextInt_IsEvenAndInRange()
    {
        var random = new SplitMix64(3);
        int[] counts = new int[7];
        for (int i = 0; i < 70_000; i++)
        {
            counts[random.NextInt(7)]++;
            Assert.InRange(random.NextDouble(), 0, 1 - 1e-17);
        }

        Assert.All(counts, count => Assert.InRange(count, 9_600, 10_400));
        Assert.Throws<ArgumentOutOfRangeException>(() => random.NextInt(0));
    }

    [Fact]
    public void SplitMix64_StateSetBack_RepeatsItsNumbers()
    {
        var random = new SplitMix64(5);
        random.NextBits();
        ulong state = random.State;
        (ulong, ulong) first = (random.NextBits(), random.NextBits());
        random.State = state;

        Assert.Equal(first, (random.NextBits(), random.NextBits()));
    }

    [Fact]
    public void Shuffle_SmallList_ReachesEveryOrderEqually()
    {
        var random = new SplitMix64(11);
        var orders = new Dictionary<string, int>();
        for (int i = 0; i < 24_000; i++)
        {
            char[] letters = ['a', 'b', 'c', 'd'];
            random.Shuffle(letters.AsSpan());
            string order = new(letters);
            orders[order] = orders.GetValueOrDefault(order) + 1;
        }

        Assert.Equal(24, orders.Count);
        Assert.All(orders.Values, count => Assert.InRange(count, 850, 1150));
    }

    [Fact]
    public void Bootstrap_SameSeed_GivesTheSameInterval()
    {
        double[] values = [.. Enumerable.Range(0, 60).Select(i => Math.Sin(i * 1.7))];

        Interval first = Bootstrap.PercentileOfMean(values, 42), again = Bootstrap.PercentileOfMean(values, 42), other = Bootstrap.PercentileOfMean(values, 43);

        Assert.Equal(first, again);
        Assert.NotEqual(first, other);
        Interval normal = Intervals.NormalMean(Samples.Mean(values), Samples.StandardError(values));
        Assert.Equal(normal.Low, first.Low, 0.03);
        Assert.Equal(normal.High, first.High, 0.03);
    }

    [Fact]
    public void Bootstrap_ConstantValues_GiveAPoint()
    {
        double[] values = [0.25, 0.25, 0.25];
        double[] means = Bootstrap.Means(values, Bootstrap.Indices(3, 50, 1));

        Assert.Equal(new Interval(0.25, 0.25), Bootstrap.Percentile(means));
        Assert.Equal(new Interval(0.25, 0.25), Bootstrap.Bca(means, 0.25, Bootstrap.JackknifeMeans(values)));
        Assert.Equal(1, Bootstrap.TwoSidedP([0, 0, 0]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Bootstrap.Indices(0, 1, 1));
    }

    [Fact]
    public void SignFlip_Seeded_IsSmallForAClearDifferenceOnly()
    {
        double[] clear = [.. Enumerable.Range(1, 20).Select(i => i / 10.0)], none = [1, -1, 2, -2, 3, -3];

        Assert.Equal(1.0 / 10_001, SignificanceTests.SignFlip(clear, seed: 1), 1e-3);
        Assert.Equal(1, SignificanceTests.SignFlip(none, seed: 1));
    }

    /// <summary>Exact p-values by going through all sign patterns.</summary>
    [Theory]
    [InlineData(new double[] { 1, 2, 3, -4, 5 })]
    [InlineData(new double[] { 1, 2, 3, 4, 5, 6 })]
    [InlineData(new double[] { -1, 2, -3, 4, -5, 6, 7.5 })]
    public void Wilcoxon_FewDifferences_IsExact(double[] differences)
    {
        int n = differences.Length;
        double[] ranks = [.. differences.Select(d => (double)differences.Count(other => Math.Abs(other) <= Math.Abs(d)))];
        double total = n * (n + 1) / 2.0, plus = ranks.Where((_, i) => differences[i] > 0).Sum(), smaller = Math.Min(plus, total - plus);
        int extreme = Enumerable.Range(0, 1 << n).Count(pattern => ranks.Where((_, i) => (pattern >> i & 1) == 1).Sum() <= smaller);

        SignificanceResult result = Wilcoxon.SignedRank(differences, new double[n]);

        Assert.Equal(smaller, result.Statistic);
        Assert.Equal(Math.Min(1, 2.0 * extreme / (1 << n)), result.PValue, 1e-12);
    }

    /// <summary>scipy.stats.wilcoxon([1, 1, 2, -1, 3, -2, 4, 0], method="approx").</summary>
    [Fact]
    public void Wilcoxon_TiesAndZeros_UseTheCorrectedApproximation()
    {
        SignificanceResult result = Wilcoxon.SignedRank([1, 1, 2, -1, 3, -2, 4, 0], new double[8]);

        // Ranks 2, 2, 4.5, −2, 6, −4.5, 7; mean 14; variance (7·8·15 − (24 + 6)/2)/24.
        Assert.Equal(6.5, result.Statistic);
        Assert.Equal(Distributions.NormalTwoSided(7.5 / Math.Sqrt(825.0 / 24)), result.PValue, 1e-12);
        Assert.True(double.IsNaN(Wilcoxon.SignedRank([1, 2], [1, 2]).PValue));
        Assert.Throws<ArgumentException>(() => Wilcoxon.SignedRank([1], [1, 2]));
    }

    [Fact]
    public void Quantile_OrderOfValues_DoesNotMatter()
    {
        double[] values = [3, 1, 2];

        Assert.Equal((1.0, 1.5, 2.0, 3.0), (Samples.Quantile(values, 0), Samples.Quantile(values, 0.25), Samples.Quantile(values, 0.5), Samples.Quantile(values, 1)));
        Assert.Equal([3, 1, 2], values);
    }
}

using Alignment.Shared.Statistics;

namespace Alignment.Shared.Tests.Statistics;

/// <summary>Published examples of agreement coefficients, and edges that the golden suite has not.</summary>
public sealed class AgreementTests
{
    private const double None = double.NaN;

    // Krippendorff's example of Wikipedia: 3 raters, 15 items, one of which nobody rated twice.
    private static readonly double[][] Gaps = Transposed(
        [None, None, None, None, None, 3, 4, 1, 2, 1, 1, 3, 3, None, 3],
        [1, None, 2, 1, 3, 3, 4, 3, None, None, None, None, None, None, None],
        [None, None, 2, 1, 3, 4, 4, None, 2, 1, 1, 3, 3, None, 4]);

    // Cohen's table of Gwet: 13 + 20 + 7 + 4 + 56 items.
    private static readonly double[][] TwoRaters = [.. Repeat(13, 1, 1), .. Repeat(20, 2, 2), .. Repeat(7, 2, 3), .. Repeat(4, 3, 2), .. Repeat(56, 3, 3)];

    [Theory]
    [InlineData(MeasurementLevel.Nominal, 56.0 / 81)]
    [InlineData(MeasurementLevel.Ordinal, 0.806721)]
    [InlineData(MeasurementLevel.Interval, 643.0 / 793)]
    [InlineData(MeasurementLevel.Ratio, 0.808944)]
    public void Alpha_PublishedExample_Matches(MeasurementLevel level, double expected) => Assert.Equal(expected, KrippendorffAlpha.Alpha(Gaps, level), 5e-7);

    [Theory]
    [InlineData(CategoryWeighting.Identity, 0.796409)]
    [InlineData(CategoryWeighting.Linear, 0.842902)]
    [InlineData(CategoryWeighting.Quadratic, 0.892157)]
    public void Cohen_PublishedTable_Matches(CategoryWeighting weighting, double expected)
    {
        (double[] first, double[] second) = Ratings.Both(TwoRaters, 0, 1);

        Assert.Equal(expected, CohenKappa.Kappa(first, second, weighting), 5e-7);
        Assert.Equal(expected, CongerKappa.Kappa(TwoRaters, weighting).Value, 5e-7);
    }

    [Fact]
    public void Coefficients_PublishedTable_Match()
    {
        Assert.Equal(0.849331, ChanceCorrectedAgreement.Gwet(TwoRaters).Value, 5e-7);
        Assert.Equal(0.835, ChanceCorrectedAgreement.BrennanPrediger(TwoRaters).Value, 5e-7);
        Assert.Equal(0.797258, ChanceCorrectedAgreement.Krippendorff(TwoRaters).Value, 5e-7);
    }

    [Fact]
    public void Fleiss_PublishedCounts_MatchOnBothPaths()
    {
        int[][] counts =
        [
            [0, 0, 0, 0, 14], [0, 2, 6, 4, 2], [0, 0, 3, 5, 6], [0, 3, 9, 2, 0], [2, 2, 8, 1, 1],
            [7, 7, 0, 0, 0], [3, 2, 6, 3, 0], [2, 5, 3, 2, 2], [6, 5, 2, 1, 0], [0, 2, 2, 3, 7],
        ];
        double[][] ratings = Array.ConvertAll(counts, row => row.SelectMany((count, category) => Enumerable.Repeat(category + 1.0, count)).ToArray());

        Assert.Equal(4211.0 / 20059, FleissKappa.Fleiss(counts), 1e-12);
        Assert.Equal(4211.0 / 20059, ChanceCorrectedAgreement.Fleiss(ratings).Value, 1e-12);
        Assert.Equal(0.225614, ChanceCorrectedAgreement.Gwet(ratings).Value, 5e-7);
    }

    [Fact]
    public void Coefficients_RaterWithoutRatings_OnlyCongerIsUndefined()
    {
        double[][] wider = Array.ConvertAll(Gaps, row => (double[])[.. row, None]);

        Assert.Equal(KrippendorffAlpha.Alpha(Gaps, MeasurementLevel.Ordinal), KrippendorffAlpha.Alpha(wider, MeasurementLevel.Ordinal));
        Assert.Equal(ChanceCorrectedAgreement.Gwet(Gaps), ChanceCorrectedAgreement.Gwet(wider));
        Assert.Equal(ChanceCorrectedAgreement.Fleiss(Gaps), ChanceCorrectedAgreement.Fleiss(wider));
        Assert.False(double.IsNaN(CongerKappa.Kappa(Gaps).Value));
        Assert.True(double.IsNaN(CongerKappa.Kappa(wider).Value));
        Assert.Equal(CongerKappa.Kappa(Gaps).Observed, CongerKappa.Kappa(wider).Observed);
    }

    [Fact]
    public void Coefficients_ItemsWithOneRating_CountInFrequenciesOnly()
    {
        double[][] longer = [.. Gaps, [4, None, None], [None, None, None]];

        Assert.Equal(KrippendorffAlpha.Alpha(Gaps, MeasurementLevel.Interval), KrippendorffAlpha.Alpha(longer, MeasurementLevel.Interval));
        Assert.Equal(ChanceCorrectedAgreement.Krippendorff(Gaps), ChanceCorrectedAgreement.Krippendorff(longer));
        Assert.Equal(ChanceCorrectedAgreement.Fleiss(Gaps).Observed, ChanceCorrectedAgreement.Fleiss(longer).Observed);
        Assert.NotEqual(ChanceCorrectedAgreement.Fleiss(Gaps).Chance, ChanceCorrectedAgreement.Fleiss(longer).Chance);
        Assert.Equal(Ratings.PercentAgreement(Gaps), Ratings.PercentAgreement(longer));
    }

    [Fact]
    public void BrennanPrediger_LabelsThatDoNotOccur_CountWhenTheScaleIsGiven()
    {
        double[] scale = [1, 2, 3, 4, 5, 6, 7];

        Assert.Equal(1.0 / 3, ChanceCorrectedAgreement.BrennanPrediger(TwoRaters).Chance, 1e-12);
        Assert.Equal(1.0 / 7, ChanceCorrectedAgreement.BrennanPrediger(TwoRaters, categories: scale).Chance, 1e-12);
        Assert.Throws<ArgumentException>(() => ChanceCorrectedAgreement.BrennanPrediger(TwoRaters, categories: [1, 2]));
    }

    [Fact]
    public void Alpha_Krippendorff_IsTheSameWithAndWithoutStandardError()
    {
        Assert.Equal(KrippendorffAlpha.Alpha(Gaps, MeasurementLevel.Nominal), ChanceCorrectedAgreement.Krippendorff(Gaps).Value, 1e-12);
        Assert.Equal(KrippendorffAlpha.Alpha(Gaps, MeasurementLevel.Interval), ChanceCorrectedAgreement.Krippendorff(Gaps, CategoryWeighting.Quadratic).Value, 1e-12);
    }

    [Fact]
    public void Alpha_OtherScale_StaysAsItsLevelSays()
    {
        double[][] scaled = Array.ConvertAll(Gaps, row => Array.ConvertAll(row, value => 10 - 2.5 * value));

        Assert.Equal(KrippendorffAlpha.Alpha(Gaps, MeasurementLevel.Interval), KrippendorffAlpha.Alpha(scaled, MeasurementLevel.Interval), 1e-12);
        Assert.Equal(KrippendorffAlpha.Alpha(Gaps, MeasurementLevel.Ordinal), KrippendorffAlpha.Alpha(scaled, MeasurementLevel.Ordinal), 1e-12);
    }

    [Fact]
    public void Coefficients_NothingToCompare_AreUndefined()
    {
        double[][] equal = [.. Repeat(4, 2, 2)], single = [[1, None], [None, 2]];

        Assert.Throws<ArgumentException>(() => KrippendorffAlpha.Alpha(equal, MeasurementLevel.Nominal));
        Assert.Throws<ArgumentException>(() => KrippendorffAlpha.Alpha(single, MeasurementLevel.Nominal));
        Assert.Throws<ArgumentException>(() => ChanceCorrectedAgreement.Gwet([[None, None]]));
        Assert.Throws<ArgumentException>(() => FleissKappa.Fleiss([[2, 0], [1, 0]]));
        Assert.True(double.IsNaN(CohenKappa.Kappa([2, 2], [2, 2])));
        Assert.True(double.IsNaN(CohenKappa.Kappa([], [])));
        Assert.True(double.IsNaN(Ratings.PercentAgreement(single)));
        Assert.True(double.IsNaN(ChanceCorrectedAgreement.Gwet(single).Value));
        Assert.Equal(new Interval(None, 1), ChanceCorrectedAgreement.Gwet([[1, 2]]).Interval);
    }

    [Fact]
    public void Coefficients_OneCategoryWithGaps_AreOneOrUndefined()
    {
        for (int items = 2; items < 40; items++)
        {
            double[][] equal = [.. Enumerable.Range(0, items).Select(i => (double[])[2, 2, i % 3 == 0 ? None : 2])];

            Assert.Equal(1, ChanceCorrectedAgreement.Gwet(equal).Value);
            Assert.Equal(1, ChanceCorrectedAgreement.BrennanPrediger(equal).Value);
            foreach (AgreementCoefficient coefficient in (AgreementCoefficient[])
                [ChanceCorrectedAgreement.Fleiss(equal), ChanceCorrectedAgreement.Krippendorff(equal), CongerKappa.Kappa(equal)])
            {
                Assert.True(double.IsNaN(coefficient.Value) || coefficient.Value == 1, $"{items} items: {coefficient}");
            }
        }
    }

    [Fact]
    public void Correlation_TiesAndConstants_AreHandled()
    {
        Assert.Equal(-1, Correlation.KendallTauB([1, 2, 3], [3, 2, 1]), 1e-12);
        Assert.Equal(1, Correlation.KendallTauC([1, 1, 2, 2], [1, 1, 5, 5]), 1e-12);
        Assert.Equal(0, Correlation.KendallTauB([1, 1, 2, 2], [1, 2, 1, 2]), 1e-12);
        Assert.Equal(1, Correlation.Spearman([1, 2, 3], [1, 10, 11]), 1e-12);
        foreach (Func<double[], double[], double> correlate in (Func<double[], double[], double>[])
            [(x, y) => Correlation.Pearson(x, y), (x, y) => Correlation.Spearman(x, y), (x, y) => Correlation.KendallTauB(x, y), (x, y) => Correlation.KendallTauC(x, y)])
        {
            Assert.True(double.IsNaN(correlate([0.1, 0.1, 0.1], [1, 2, 3])));
            Assert.True(double.IsNaN(correlate([1], [2])));
            Assert.True(double.IsNaN(correlate([], [])));
            Assert.Throws<ArgumentException>(() => correlate([1, 2], [1]));
        }
    }

    private static IEnumerable<double[]> Repeat(int items, params double[] row) => Enumerable.Repeat(row, items);

    private static double[][] Transposed(params double[][] raters) => [.. raters[0].Select((_, item) => Array.ConvertAll(raters, rater => rater[item]))];
}

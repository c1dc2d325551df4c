using Alignment.Shared.Statistics;

namespace Alignment.Shared.Tests.Statistics;

/// <summary>Fits whose answer is known, and edges that the golden suite has not.</summary>
public sealed class CalibrationTests
{
    // Three of four labels are on the side of logits ±2 ln 3: probabilities of 3/4 are right, 9/10 are given.
    private static readonly double[] TooSure = [.. Enumerable.Repeat(2 * Math.Log(3), 4), .. Enumerable.Repeat(-2 * Math.Log(3), 4)];
    private static readonly bool[] ThreeOfFour = [true, true, true, false, false, false, false, true];

    [Fact]
    public void Fits_TwiceTooSure_HalveTheLogits()
    {
        Assert.Equal(2, LogitScaling.Temperature(TooSure, ThreeOfFour), 1e-12);
        (double slope, double intercept) = LogitScaling.Platt(TooSure, ThreeOfFour);
        Assert.Equal(0.5, slope, 1e-12);
        Assert.Equal(0, intercept, 1e-12);
    }

    [Fact]
    public void Platt_ShiftedLogits_FindsTheIntercept()
    {
        (double slope, double intercept) = LogitScaling.Platt(Array.ConvertAll(TooSure, logit => 3 * logit + 1000), ThreeOfFour);

        Assert.Equal(1.0 / 6, slope, 1e-9);
        Assert.Equal(-1000.0 / 6, intercept, 1e-6);
    }

    [Fact]
    public void Fits_WithoutSingleOptimum_StayInBounds()
    {
        Assert.Equal(Math.Exp(-5), LogitScaling.Temperature([1, -1], [true, false]), 1e-12);
        Assert.Equal(Math.Exp(5), LogitScaling.Temperature([1, -1], [false, true]), 1e-9);
        (double slope, double intercept) = LogitScaling.Platt([1, -1], [true, false]);
        Assert.True(double.IsFinite(slope) && double.IsFinite(intercept) && slope > 1);
        Assert.Equal((0.0, 0.0), LogitScaling.Platt([2, 2], [true, false]));
    }

    [Fact]
    public void NegativeLogLikelihood_ExtremeLogits_DoNotOverflow() =>
        Assert.Equal(800, LogitScaling.NegativeLogLikelihood([800], [false]));

    [Fact]
    public void Scores_OneClassOrOnePrediction_AreDefinedAsInTheReference()
    {
        Assert.True(double.IsNaN(ProbabilityScores.Auc([0.1, 0.2], [true, true])));
        Assert.Equal(1, ProbabilityScores.Auc([0.1, 0.2], [false, true]));
        Assert.Equal(0.5, ProbabilityScores.Auc([0.3, 0.3], [false, true]));
        Assert.Equal(0, ProbabilityScores.MatthewsAtHalf([0.5, 0.5], [false, true]));
        Assert.Equal(1, ProbabilityScores.MatthewsAtHalf([0.5, 0.6], [false, true]));
        Assert.Equal(36.04, ProbabilityScores.LogLoss([1], [false]), 0.01);
        Assert.Throws<ArgumentException>(() => ProbabilityScores.Brier([0.5], []));
    }

    [Fact]
    public void EqualWidth_Borders_BelongToTheLowerBin()
    {
        var error = CalibrationError.OfEqualWidth([0, 0.1, 0.3, 1], [false, true, true, false], 10);

        Assert.Equal([2, 0, 1, 0, 0, 0, 0, 0, 0, 1], error.Bins.Select(bin => bin.Count));
        Assert.Equal(1, error.Maximum);
        Assert.Equal(0.5 * 0.45 + 0.25 * 0.7 + 0.25 * 1, error.Expected, 1e-12);
    }

    [Fact]
    public void EqualMass_Remainders_GoToTheFirstBins()
    {
        Assert.Equal([2, 2, 1], CalibrationError.OfEqualMass([0.5, 0.4, 0.3, 0.2, 0.1], [true, true, true, true, true], 3).Bins.Select(bin => bin.Count));
        Assert.Equal(new CalibrationBin(0, double.NaN, double.NaN), CalibrationError.OfEqualMass([0.5], [true], 2).Bins[1]);
    }

    [Fact]
    public void CalibrationError_NoOrWrongPredictions_AreToldApart()
    {
        Assert.True(double.IsNaN(CalibrationError.OfEqualWidth([], [], 10).Expected));
        Assert.True(double.IsNaN(CalibrationError.OfEqualMass([], [], 10).Maximum));
        Assert.Throws<ArgumentOutOfRangeException>(() => CalibrationError.OfEqualWidth([1.5], [true], 10));
        Assert.Throws<ArgumentOutOfRangeException>(() => CalibrationError.OfEqualWidth([double.NaN], [true], 10));
    }

    [Fact]
    public void PositionBias_JudgeThatTakesTheFirst_IsATieOfBoth()
    {
        var bias = PositionBias.Of([ShownPreference.First, ShownPreference.First], [ShownPreference.First, ShownPreference.Second]);

        Assert.Equal(new PositionBias(0.5, 0.75, 0.25, 0.5, 0, 0.75, 0.75), bias);
        Assert.True(double.IsNaN(PositionBias.Of([], []).Consistency));
        Assert.Throws<ArgumentException>(() => PositionBias.Of([ShownPreference.Tie], []));
    }
}

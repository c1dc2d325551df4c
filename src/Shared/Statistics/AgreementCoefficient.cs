namespace Alignment.Shared.Statistics;

/// <summary>A chance-corrected agreement coefficient with its standard error over items, as the package irrCAC gives it.</summary>
/// <param name="Value">(observed − chance) / (1 − chance): 1 is perfect, 0 is chance.</param>
/// <param name="Observed">Observed agreement, pa, 0 to 1.</param>
/// <param name="Chance">Agreement expected by chance, pe, 0 to 1.</param>
/// <param name="StandardError">The linearised standard error (Gwet 2014); at least <see cref="SmallestStandardError"/>.</param>
/// <param name="PValue">Whether the coefficient is 0, by Student's distribution with items − 1 degrees of freedom.</param>
/// <param name="Interval">Of 95 %; its upper end is at most 1, and 1 when there is no standard error.</param>
public readonly record struct AgreementCoefficient(double Value, double Observed, double Chance, double StandardError, double PValue, Interval Interval)
{
    /// <summary>What a standard error of 0 is raised to, so that the p-value is defined.</summary>
    public const double SmallestStandardError = 1e-15;

    // Where chance agreement is this close to 1, what is left of (observed − chance) / (1 − chance) is rounding.
    private const double Rounding = 1e-13;

    /// <summary>(observed − chance) / (1 − chance). Where chance agreement is 1 up to rounding, only 1 is kept; else it is undefined, NaN.</summary>
    internal static double Corrected(double observed, double chance)
    {
        double value = (observed - chance) / (1 - chance);
        return Math.Abs(1 - chance) < Rounding && value != 1 ? double.NaN : value;
    }

    /// <summary>A coefficient with the standard error that its items show.</summary>
    /// <param name="value">The coefficient.</param>
    /// <param name="observed">Observed agreement.</param>
    /// <param name="chance">Chance agreement.</param>
    /// <param name="influences">Each item's linearised value, whose mean is <paramref name="centre"/>.</param>
    /// <param name="centre">What the items vary around.</param>
    internal static AgreementCoefficient Of(double value, double observed, double chance, double[] influences, double centre)
    {
        double squares = 0, items = influences.Length;
        foreach (double influence in influences)
        {
            squares += (influence - centre) * (influence - centre);
        }

        double error = Math.Sqrt(1 / (items * (items - 1)) * squares);
        if (!double.IsFinite(error))
        {
            return new(value, observed, chance, error, double.NaN, new(double.NaN, 1));
        }

        error = error == 0 ? SmallestStandardError : error;
        Interval interval = Intervals.StudentMean(value, error, influences.Length);
        return new(
            value, observed, chance, error,
            Distributions.StudentTwoSided(value / error, items - 1),
            interval with { High = interval.High < 1 ? interval.High : 1 });
    }
}

namespace Alignment.Shared.Statistics;

/// <summary>Probabilities and quantiles of the distributions that intervals and tests need.</summary>
public static class Distributions
{
    /// <summary>P(Z ≤ z) of the standard normal distribution.</summary>
    public static double NormalCdf(double z) => 0.5 * SpecialFunctions.Erfc(-z / Math.Sqrt(2));

    /// <summary>The z below which a share of the standard normal distribution lies.</summary>
    /// <param name="probability">The share, 0 to 1.</param>
    public static double NormalQuantile(double probability)
    {
        if (!(probability > 0 && probability < 1))
        {
            return probability == 0 ? double.NegativeInfinity : probability == 1 ? double.PositiveInfinity : double.NaN;
        }

        // In the lower half the distribution function keeps its relative precision.
        return probability > 0.5 ? -LowerNormalQuantile(1 - probability) : LowerNormalQuantile(probability);
    }

    /// <summary>P(|Z| ≥ |z|) of the standard normal distribution.</summary>
    public static double NormalTwoSided(double z) => SpecialFunctions.Erfc(Math.Abs(z) / Math.Sqrt(2));

    /// <summary>P(X ≥ x) of the χ² distribution with one degree of freedom.</summary>
    public static double ChiSquare1Upper(double x) => SpecialFunctions.Erfc(Math.Sqrt(x / 2));

    /// <summary>P(|T| ≥ |t|) of Student's distribution.</summary>
    public static double StudentTwoSided(double t, double degrees) =>
        SpecialFunctions.RegularizedBeta(degrees / (degrees + t * t), degrees / 2, 0.5);

    /// <summary>The t that is exceeded with a probability of at most one half.</summary>
    public static double StudentUpperQuantile(double probability, double degrees)
    {
        double high = 1;
        while (StudentTwoSided(high, degrees) > 2 * probability)
        {
            high *= 2;
        }

        return Bisection.Root(0, high, t => StudentTwoSided(t, degrees) > 2 * probability);
    }

    /// <summary>P(X ≤ x) of the beta distribution.</summary>
    public static double BetaCdf(double x, double a, double b) => SpecialFunctions.RegularizedBeta(x, a, b);

    /// <summary>The x below which a share of the beta distribution lies.</summary>
    public static double BetaQuantile(double probability, double a, double b) => Bisection.Root(0, 1, x => BetaCdf(x, a, b) < probability);

    /// <summary>P(X = k) of n trials with a chance.</summary>
    public static double BinomialMass(int k, int n, double chance) =>
        chance is 0 or 1 ? (k == (chance == 0 ? 0 : n) ? 1 : 0)
        : Math.Exp(SpecialFunctions.LogGamma(n + 1.0) - SpecialFunctions.LogGamma(k + 1.0) - SpecialFunctions.LogGamma(n - k + 1.0)
            + k * Math.Log(chance) + (n - k) * double.LogP1(-chance));

    /// <summary>P(X ≤ k) of n trials with a chance.</summary>
    public static double BinomialCdf(int k, int n, double chance) =>
        k < 0 ? 0 : k >= n ? 1 : SpecialFunctions.RegularizedBeta(1 - chance, n - k, k + 1.0);

    // Abramowitz and Stegun 26.2.23, then Newton's method on the distribution function.
    private static double LowerNormalQuantile(double probability)
    {
        double t = Math.Sqrt(-2 * Math.Log(probability));
        double z = -(t - (2.515517 + 0.802853 * t + 0.010328 * t * t) / (1 + 1.432788 * t + 0.189269 * t * t + 0.001308 * t * t * t));
        for (int i = 0; i < 8; i++)
        {
            double step = (NormalCdf(z) - probability) / (Math.Exp(-z * z / 2) / Math.Sqrt(2 * Math.PI));
            z -= step;
            if (Math.Abs(step) <= 1e-16 * Math.Abs(z))
            {
                break;
            }
        }

        return z;
    }
}

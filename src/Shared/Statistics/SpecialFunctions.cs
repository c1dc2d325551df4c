namespace Alignment.Shared.Statistics;

/// <summary>The functions behind the distributions, to about 1e-13 relative.</summary>
internal static class SpecialFunctions
{
    private const double Smallest = 1e-300;
    private const int MostTerms = 100_000;

    // Lanczos' approximation with g = 7 and 9 terms (Godfrey's coefficients).
    private static readonly double[] Lanczos =
    [
        0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
        12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
    ];

    /// <summary>ln Γ(x) for x above 0.</summary>
    public static double LogGamma(double x)
    {
        if (x < 0.5)
        {
            return Math.Log(Math.PI / Math.Sin(Math.PI * x)) - LogGamma(1 - x);
        }

        double sum = Lanczos[0];
        for (int i = 1; i < Lanczos.Length; i++)
        {
            sum += Lanczos[i] / (x - 1 + i);
        }

        double t = x + 6.5;
        return 0.5 * Math.Log(2 * Math.PI) + (x - 0.5) * Math.Log(t) - t + Math.Log(sum);
    }

    /// <summary>The logistic function 1 / (1 + e⁻ˣ).</summary>
    public static double Sigmoid(double x) => x >= 0 ? 1 / (1 + Math.Exp(-x)) : Math.Exp(x) / (1 + Math.Exp(x));

    /// <summary>ln (1 + eˣ), without overflow.</summary>
    public static double SoftPlus(double x) => Math.Max(x, 0) + double.LogP1(Math.Exp(-Math.Abs(x)));

    /// <summary>The regularised incomplete beta function I_x(a, b).</summary>
    public static double RegularizedBeta(double x, double a, double b)
    {
        if (x <= 0 || x >= 1)
        {
            return x <= 0 ? 0 : 1;
        }

        double front = Math.Exp(LogGamma(a + b) - LogGamma(a) - LogGamma(b) + a * Math.Log(x) + b * double.LogP1(-x));
        return x < (a + 1) / (a + b + 2)
            ? front * BetaFraction(x, a, b) / a
            : 1 - front * BetaFraction(1 - x, b, a) / b;
    }

    /// <summary>erfc(x), with its relative precision in the tail.</summary>
    public static double Erfc(double x)
    {
        if (x < 0)
        {
            return 2 - Erfc(-x);
        }

        double square = x * x;
        return x < 1.5 ? 1 - LowerHalfGamma(square) : UpperHalfGamma(square);
    }

    // P(1/2, x) by its series.
    private static double LowerHalfGamma(double x)
    {
        const double a = 0.5;
        double term = 1 / a, sum = term;
        for (int n = 1; n < MostTerms && term > sum * 1e-17; n++)
        {
            term *= x / (a + n);
            sum += term;
        }

        return x == 0 ? 0 : sum * Math.Exp(-x) * Math.Sqrt(x / Math.PI);
    }

    // Q(1/2, x) by Legendre's continued fraction, evaluated with Lentz' method.
    private static double UpperHalfGamma(double x)
    {
        const double a = 0.5;
        double b = x + 1 - a, c = 1 / Smallest, d = 1 / b, h = d;
        for (int i = 1; i < MostTerms; i++)
        {
            double an = -i * (i - a);
            b += 2;
            d = 1 / NotZero(an * d + b);
            c = NotZero(b + an / c);
            h *= d * c;
            if (Math.Abs(d * c - 1) < 1e-16)
            {
                break;
            }
        }

        return h * Math.Exp(-x) * Math.Sqrt(x / Math.PI);
    }

    // The continued fraction of the incomplete beta function (Abramowitz and Stegun 26.5.8), with Lentz' method.
    private static double BetaFraction(double x, double a, double b)
    {
        double c = 1, d = 1 / NotZero(1 - (a + b) * x / (a + 1)), h = d;
        for (int m = 1; m < MostTerms; m++)
        {
            double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
            d = 1 / NotZero(1 + even * d);
            c = NotZero(1 + even / c);
            h *= d * c;
            double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
            d = 1 / NotZero(1 + odd * d);
            c = NotZero(1 + odd / c);
            h *= d * c;
            if (Math.Abs(d * c - 1) < 1e-16)
            {
                break;
            }
        }

        return h;
    }

    private static double NotZero(double value) => Math.Abs(value) < Smallest ? Smallest : value;
}

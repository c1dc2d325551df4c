namespace Alignment.Shared.Statistics;

/// <summary>A confidence interval.</summary>
/// <param name="Low">Its lower end.</param>
/// <param name="High">Its upper end.</param>
public readonly record struct Interval(double Low, double High);

/// <summary>
/// Confidence intervals of a proportion, as statsmodels' proportion_confint. Successes may be half counts: a tie is half a
/// success. Without trials every interval is [0, 1].
/// </summary>
public static class Intervals
{
    /// <summary>The usual error probability: intervals of 95 %.</summary>
    public const double DefaultAlpha = 0.05;

    /// <summary>Wilson's score interval (1927); the one that reward accuracy and win rates are reported with.</summary>
    /// <param name="successes">Successes, 0 to trials; halves are allowed.</param>
    /// <param name="trials">Trials.</param>
    /// <param name="alpha">Error probability: 0.05 gives the interval of 95 %.</param>
    public static Interval Wilson(double successes, double trials, double alpha = DefaultAlpha)
    {
        if (!Check(successes, trials, alpha))
        {
            return new(0, 1);
        }

        double z = Critical(alpha), share = successes / trials, denominator = 1 + z * z / trials;
        double centre = (share + z * z / (2 * trials)) / denominator;
        double distance = z * Math.Sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials)) / denominator;

        // Exactly 0 and 1 where rounding would miss them.
        return new(successes == 0 ? 0 : Math.Max(0, centre - distance), successes == trials ? 1 : Math.Min(1, centre + distance));
    }

    /// <summary>The normal (Wald) interval, clipped to [0, 1].</summary>
    public static Interval Normal(double successes, double trials, double alpha = DefaultAlpha)
    {
        if (!Check(successes, trials, alpha))
        {
            return new(0, 1);
        }

        double share = successes / trials;
        return Clipped(share, Critical(alpha) * Math.Sqrt(share * (1 - share) / trials));
    }

    /// <summary>The interval of Agresti and Coull (1998), clipped to [0, 1].</summary>
    public static Interval AgrestiCoull(double successes, double trials, double alpha = DefaultAlpha)
    {
        if (!Check(successes, trials, alpha))
        {
            return new(0, 1);
        }

        double z = Critical(alpha), adjusted = trials + z * z, share = (successes + z * z / 2) / adjusted;
        return Clipped(share, z * Math.Sqrt(share * (1 - share) / adjusted));
    }

    /// <summary>The exact interval of Clopper and Pearson (1934).</summary>
    public static Interval ClopperPearson(double successes, double trials, double alpha = DefaultAlpha) => !Check(successes, trials, alpha) ? new(0, 1) : new(
        successes == 0 ? 0 : Distributions.BetaQuantile(alpha / 2, successes, trials - successes + 1),
        successes == trials ? 1 : 1 - Distributions.BetaQuantile(alpha / 2, trials - successes, successes + 1));

    /// <summary>Jeffreys' interval: quantiles of the posterior under his prior, at 0 and at all successes too.</summary>
    public static Interval Jeffreys(double successes, double trials, double alpha = DefaultAlpha) => !Check(successes, trials, alpha) ? new(0, 1) : new(
        Distributions.BetaQuantile(alpha / 2, successes + 0.5, trials - successes + 0.5),
        1 - Distributions.BetaQuantile(alpha / 2, trials - successes + 0.5, successes + 0.5));

    /// <summary>Mean ± z · standard error.</summary>
    public static Interval NormalMean(double mean, double standardError, double alpha = DefaultAlpha)
    {
        double distance = Critical(alpha) * standardError;
        return new(mean - distance, mean + distance);
    }

    /// <summary>Mean ± t · standard error, with n − 1 degrees of freedom.</summary>
    public static Interval StudentMean(double mean, double standardError, int count, double alpha = DefaultAlpha)
    {
        double distance = Distributions.StudentUpperQuantile(alpha / 2, count - 1) * standardError;
        return new(mean - distance, mean + distance);
    }

    private static Interval Clipped(double centre, double distance) => new(Math.Max(0, centre - distance), Math.Min(1, centre + distance));

    private static double Critical(double alpha) => -Distributions.NormalQuantile(alpha / 2);

    private static bool Check(double successes, double trials, double alpha) =>
        !(successes >= 0 && successes <= trials && double.IsFinite(trials)) ? throw new ArgumentOutOfRangeException(nameof(successes), successes, $"must be 0 to {trials}")
        : !(alpha > 0 && alpha < 1) ? throw new ArgumentOutOfRangeException(nameof(alpha), alpha, "must be between 0 and 1")
        : trials > 0;
}

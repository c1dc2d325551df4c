namespace Alignment.Shared.Statistics;

/// <summary>
/// Recalibration of logits by fits of least negative log-likelihood (Platt 1999; Guo et al. 2017). Labels are true for the
/// positive class. The negative log-likelihood is convex in what is fitted.
/// </summary>
public static class LogitScaling
{
    /// <summary>Temperatures are fitted between this and its inverse: e⁻⁵.</summary>
    public static readonly double LowestTemperature = Math.Exp(-5);

    private const int MostSteps = 100;
    private const double SmallestShare = 1e-10;

    // A step is not refused over the last digits of the likelihood, which is flat near its optimum.
    private const double Rounding = 1e-12;

    /// <summary>Probabilities of the positive class.</summary>
    /// <param name="logits">Logits.</param>
    /// <param name="slope">What a logit is multiplied by: 1 / temperature.</param>
    /// <param name="intercept">What is then added.</param>
    public static double[] Probabilities(double[] logits, double slope = 1, double intercept = 0) =>
        Array.ConvertAll(logits, logit => SpecialFunctions.Sigmoid(slope * logit + intercept));

    /// <summary>The mean −ln of the probability given to the class that is true, in nats; any logit is allowed.</summary>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static double NegativeLogLikelihood(ReadOnlySpan<double> logits, ReadOnlySpan<bool> labels, double slope = 1, double intercept = 0)
    {
        Samples.ThrowUnlessPaired(logits.Length, labels.Length);
        double sum = 0;
        for (int i = 0; i < labels.Length; i++)
        {
            double logit = slope * logits[i] + intercept;
            sum += SpecialFunctions.SoftPlus(labels[i] ? -logit : logit);
        }

        return sum / labels.Length;
    }

    /// <summary>
    /// The temperature T whose logits / T fit best, e⁻⁵ to e⁵: above 1 where the logits are too sure. Logits that put every label
    /// on its side give the lowest one, logits no better than a coin the highest.
    /// </summary>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static double Temperature(double[] logits, bool[] labels)
    {
        Samples.ThrowUnlessPaired(logits.Length, labels.Length);
        return 1 / Bisection.Root(LowestTemperature, 1 / LowestTemperature, slope => Gradient(logits, labels, slope, 0).Slope < 0);
    }

    /// <summary>
    /// Platt's slope and intercept of the best fit sigmoid(slope · logit + intercept), by Newton's method, without his smoothing
    /// of the labels. Where the labels are separable or the logits all equal there is no single best fit: the last step counts.
    /// </summary>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static (double Slope, double Intercept) Platt(double[] logits, bool[] labels)
    {
        Samples.ThrowUnlessPaired(logits.Length, labels.Length);
        double slope = 0, intercept = 0;
        for (int i = 0; i < MostSteps; i++)
        {
            (double bySlope, double byIntercept) = Gradient(logits, labels, slope, intercept);
            (double slopeStep, double interceptStep) = Solve(Curvature(logits, slope, intercept), bySlope, byIntercept);
            double share = 1, most = NegativeLogLikelihood(logits, labels, slope, intercept) * (1 + Rounding);
            while (share >= SmallestShare && !(NegativeLogLikelihood(logits, labels, slope - share * slopeStep, intercept - share * interceptStep) <= most))
            {
                share /= 2;
            }

            if (share < SmallestShare)
            {
                break;
            }

            slope -= share * slopeStep;
            intercept -= share * interceptStep;
        }

        return (slope, intercept);
    }

    private static (double Slope, double Intercept) Gradient(double[] logits, bool[] labels, double slope, double intercept)
    {
        double bySlope = 0, byIntercept = 0;
        for (int i = 0; i < logits.Length; i++)
        {
            double logit = slope * logits[i] + intercept;
            double error = labels[i] ? -SpecialFunctions.Sigmoid(-logit) : SpecialFunctions.Sigmoid(logit);
            bySlope += error * logits[i];
            byIntercept += error;
        }

        return (bySlope, byIntercept);
    }

    private static (double SlopeSlope, double SlopeIntercept, double InterceptIntercept) Curvature(double[] logits, double slope, double intercept)
    {
        double squares = 0, products = 0, weights = 0;
        foreach (double logit in logits)
        {
            double scaled = slope * logit + intercept, weight = SpecialFunctions.Sigmoid(scaled) * SpecialFunctions.Sigmoid(-scaled);
            squares += weight * logit * logit;
            products += weight * logit;
            weights += weight;
        }

        return (squares, products, weights);
    }

    private static (double First, double Second) Solve((double A, double B, double C) symmetric, double first, double second)
    {
        double determinant = symmetric.A * symmetric.C - symmetric.B * symmetric.B;
        return ((symmetric.C * first - symmetric.B * second) / determinant, (symmetric.A * second - symmetric.B * first) / determinant);
    }
}

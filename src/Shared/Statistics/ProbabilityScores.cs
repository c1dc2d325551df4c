namespace Alignment.Shared.Statistics;

/// <summary>How well scores or probabilities tell two classes apart; labels are true for the positive class (scikit-learn's metrics).</summary>
public static class ProbabilityScores
{
    // Probabilities are kept this far from 0 and 1, as scikit-learn does: one certain error costs 36 nats, not infinity.
    private const double Epsilon = 2.220446049250313e-16;

    /// <summary>
    /// The area under the ROC curve: the chance that a positive scores above a negative, a tie counting one half. NaN when a class
    /// is absent.
    /// </summary>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static double Auc(ReadOnlySpan<double> scores, ReadOnlySpan<bool> labels)
    {
        Samples.ThrowUnlessPaired(scores.Length, labels.Length);
        double[] ranks = Ranks.Of(scores).Ranks;
        double positives = labels.Count(true), rankSum = 0;
        for (int i = 0; i < ranks.Length; i++)
        {
            rankSum += labels[i] ? ranks[i] : 0;
        }

        return (rankSum - positives * (positives + 1) / 2) / (positives * (labels.Length - positives));
    }

    /// <summary>Brier's score (1950): the mean squared error of the probability of the positive class, 0 to 1.</summary>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static double Brier(ReadOnlySpan<double> probabilities, ReadOnlySpan<bool> labels)
    {
        Samples.ThrowUnlessPaired(probabilities.Length, labels.Length);
        double sum = 0;
        for (int i = 0; i < labels.Length; i++)
        {
            double error = probabilities[i] - (labels[i] ? 1 : 0);
            sum += error * error;
        }

        return sum / labels.Length;
    }

    /// <summary>The mean −ln of the probability given to the class that is true, in nats.</summary>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static double LogLoss(ReadOnlySpan<double> probabilities, ReadOnlySpan<bool> labels)
    {
        Samples.ThrowUnlessPaired(probabilities.Length, labels.Length);
        double sum = 0;
        for (int i = 0; i < labels.Length; i++)
        {
            sum -= Math.Log(Math.Clamp(labels[i] ? probabilities[i] : 1 - probabilities[i], Epsilon, 1 - Epsilon));
        }

        return sum / labels.Length;
    }

    /// <summary>
    /// Matthews' correlation (1975) of the labels with predictions, −1 to 1; a probability above one half predicts the positive
    /// class. 0 when all labels or all predictions are equal.
    /// </summary>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static double MatthewsAtHalf(ReadOnlySpan<double> probabilities, ReadOnlySpan<bool> labels)
    {
        Samples.ThrowUnlessPaired(probabilities.Length, labels.Length);
        double truePositives = 0, positives = labels.Count(true), predicted = 0, count = labels.Length;
        for (int i = 0; i < labels.Length; i++)
        {
            predicted += probabilities[i] > 0.5 ? 1 : 0;
            truePositives += probabilities[i] > 0.5 && labels[i] ? 1 : 0;
        }

        double variances = positives * (count - positives) * predicted * (count - predicted);
        return variances == 0 ? 0 : (truePositives * count - positives * predicted) / Math.Sqrt(variances);
    }
}

namespace Alignment.Shared.Statistics;

/// <summary>Predictions of about the same probability.</summary>
/// <param name="Count">How many.</param>
/// <param name="Confidence">Their mean probability; NaN without any.</param>
/// <param name="Accuracy">The share of positive labels; NaN without any.</param>
public readonly record struct CalibrationBin(int Count, double Confidence, double Accuracy);

/// <summary>How far probabilities are from the shares that come true (Guo et al. 2017). NaN without predictions.</summary>
/// <param name="Expected">ECE: |accuracy − confidence| averaged over predictions.</param>
/// <param name="Maximum">MCE: the largest |accuracy − confidence| of a bin.</param>
/// <param name="Bins">The bins, from low to high probability.</param>
public sealed record CalibrationError(double Expected, double Maximum, IReadOnlyList<CalibrationBin> Bins)
{
    /// <summary>Bins of equal width (low, high]; the first one also holds 0.</summary>
    /// <param name="probabilities">Probabilities of the positive class, 0 to 1.</param>
    /// <param name="labels">True for the positive class.</param>
    /// <param name="bins">How many bins.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A value that is no probability.</exception>
    public static CalibrationError OfEqualWidth(double[] probabilities, bool[] labels, int bins)
    {
        Samples.ThrowUnlessPaired(probabilities.Length, labels.Length);
        var members = Enumerable.Range(0, bins).Select(_ => new List<int>()).ToArray();
        for (int i = 0; i < probabilities.Length; i++)
        {
            if (!(probabilities[i] >= 0 && probabilities[i] <= 1))
            {
                throw new ArgumentOutOfRangeException(nameof(probabilities), probabilities[i], "must be 0 to 1");
            }

            int bin = 0;
            while (probabilities[i] > (bin + 1.0) / bins)
            {
                bin++;
            }

            members[bin].Add(i);
        }

        return Of(probabilities, labels, members);
    }

    /// <summary>Bins of equal numbers of predictions in the order of their probabilities; the first ones take one more when it does not divide.</summary>
    /// <param name="probabilities">Probabilities of the positive class, 0 to 1.</param>
    /// <param name="labels">True for the positive class.</param>
    /// <param name="bins">How many bins.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static CalibrationError OfEqualMass(double[] probabilities, bool[] labels, int bins)
    {
        Samples.ThrowUnlessPaired(probabilities.Length, labels.Length);
        int[] order = [.. Enumerable.Range(0, probabilities.Length).OrderBy(i => probabilities[i])];
        (int size, int larger) = Math.DivRem(order.Length, bins);
        return Of(probabilities, labels, Enumerable.Range(0, bins).Select(bin => order[(bin * size + Math.Min(bin, larger))..((bin + 1) * size + Math.Min(bin + 1, larger))]));
    }

    private static CalibrationError Of(double[] probabilities, bool[] labels, IEnumerable<IReadOnlyList<int>> members)
    {
        CalibrationBin[] bins = [.. members.Select(bin => bin.Count == 0 ? new CalibrationBin(0, double.NaN, double.NaN)
            : new CalibrationBin(bin.Count, bin.Average(i => probabilities[i]), bin.Average(i => labels[i] ? 1.0 : 0.0)))];
        double expected = 0, maximum = labels.Length == 0 ? double.NaN : 0;
        foreach (CalibrationBin bin in bins.Where(bin => bin.Count > 0))
        {
            double gap = Math.Abs(bin.Accuracy - bin.Confidence);
            expected += (double)bin.Count / labels.Length * gap;
            maximum = Math.Max(maximum, gap);
        }

        return new(labels.Length == 0 ? double.NaN : expected, maximum, bins);
    }
}

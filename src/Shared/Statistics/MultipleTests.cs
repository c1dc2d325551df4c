namespace Alignment.Shared.Statistics;

/// <summary>P-values corrected for the number of tests, in the order of the given ones (statsmodels multipletests).</summary>
public static class MultipleTests
{
    /// <summary>Bonferroni: times the number of tests, at most 1.</summary>
    public static double[] Bonferroni(ReadOnlySpan<double> pValues)
    {
        double[] corrected = new double[pValues.Length];
        for (int i = 0; i < corrected.Length; i++)
        {
            corrected[i] = Math.Min(1, pValues[i] * pValues.Length);
        }

        return corrected;
    }

    /// <summary>Holm (1979): step down; controls the chance of any false finding.</summary>
    public static double[] Holm(ReadOnlySpan<double> pValues)
    {
        int[] order = Order(pValues);
        double[] corrected = new double[pValues.Length];
        double largest = 0;
        for (int i = 0; i < order.Length; i++)
        {
            largest = Math.Max(largest, pValues[order[i]] * (order.Length - i));
            corrected[order[i]] = Math.Min(1, largest);
        }

        return corrected;
    }

    /// <summary>Benjamini and Hochberg (1995): step up; controls the share of false findings.</summary>
    public static double[] BenjaminiHochberg(ReadOnlySpan<double> pValues)
    {
        int[] order = Order(pValues);
        double[] corrected = new double[pValues.Length];
        double smallest = 1;
        for (int i = order.Length - 1; i >= 0; i--)
        {
            smallest = Math.Min(smallest, pValues[order[i]] * order.Length / (i + 1));
            corrected[order[i]] = smallest;
        }

        return corrected;
    }

    private static int[] Order(ReadOnlySpan<double> pValues)
    {
        double[] keys = pValues.ToArray();
        return [.. Enumerable.Range(0, keys.Length).OrderBy(i => keys[i])];
    }
}

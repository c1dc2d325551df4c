namespace Alignment.Shared.Statistics;

/// <summary>Where a condition stops to hold.</summary>
internal static class Bisection
{
    /// <summary>Bisection down to neighbouring numbers.</summary>
    /// <param name="low">The left end.</param>
    /// <param name="high">The right end.</param>
    /// <param name="below">Holds left of the root and not right of it.</param>
    public static double Root(double low, double high, Func<double, bool> below)
    {
        while (true)
        {
            double middle = low + (high - low) / 2;
            if (middle <= low || middle >= high)
            {
                return middle;
            }

            (low, high) = below(middle) ? (middle, high) : (low, middle);
        }
    }
}

namespace Alignment.Shared.Statistics;

/// <summary>Ranks of a sample, from 1; equal values share the mean of their ranks.</summary>
internal static class Ranks
{
    /// <summary>The ranks, and the sum of t³ − t over groups of t equal values, which corrections for ties need.</summary>
    public static (double[] Ranks, double TieTerm) Of(ReadOnlySpan<double> values)
    {
        double[] keys = values.ToArray();
        int[] order = [.. Enumerable.Range(0, keys.Length)];
        Array.Sort(values.ToArray(), order);
        double[] ranks = new double[keys.Length];
        double tieTerm = 0;
        for (int start = 0; start < order.Length;)
        {
            int end = start + 1;
            while (end < order.Length && keys[order[end]] == keys[order[start]])
            {
                end++;
            }

            for (int i = start; i < end; i++)
            {
                ranks[order[i]] = (start + 1 + end) / 2.0;
            }

            double equal = end - start;
            tieTerm += equal * equal * equal - equal;
            start = end;
        }

        return (ranks, tieTerm);
    }
}

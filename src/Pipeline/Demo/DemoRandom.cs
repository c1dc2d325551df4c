using Alignment.Shared.Statistics;

namespace Alignment.Pipeline.Demo;

/// <summary>The corpus's chance: numbers that are the same on every machine and runtime, and words for what is drawn.</summary>
internal sealed class DemoRandom(ulong seed)
{
    private readonly SplitMix64 _random = new(seed);

    /// <summary>A number below a bound.</summary>
    public int Below(int bound) => (int)(_random.NextBits() % (ulong)bound);

    /// <summary>True with a probability given in percent.</summary>
    public bool Percent(int percent) => Below(100) < percent;

    /// <summary>One of several.</summary>
    public T Pick<T>(IReadOnlyList<T> items) => items[Below(items.Count)];

    /// <summary>All of them in random order (Fisher and Yates).</summary>
    public T[] Shuffle<T>(IEnumerable<T> items)
    {
        T[] order = [.. items];
        for (int i = order.Length - 1; i > 0; i--)
        {
            int j = Below(i + 1);
            (order[i], order[j]) = (order[j], order[i]);
        }

        return order;
    }
}

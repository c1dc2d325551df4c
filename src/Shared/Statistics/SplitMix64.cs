namespace Alignment.Shared.Statistics;

/// <summary>
/// A small generator whose numbers never change with .NET: SplitMix64 of Steele, Lea and Flood (2014). The state moves by the
/// golden ratio, the output is a bijective mix of it; every seed is good.
/// </summary>
/// <param name="seed">The seed; equal seeds give equal numbers on every machine.</param>
public sealed class SplitMix64(ulong seed)
{
    /// <summary>What the state grows by for each number: 2⁶⁴ divided by the golden ratio, made odd.</summary>
    public const ulong Step = 0x9E3779B97F4A7C15;

    /// <summary>The state; setting it goes back to that point.</summary>
    public ulong State { get; set; } = seed;

    /// <summary>64 random bits.</summary>
    public ulong NextBits() => Mix(State += Step);

    /// <summary>The bijective mix alone: bits that a counter or a key decides.</summary>
    public static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>A number in [0, 1) with 53 random bits.</summary>
    public double NextDouble() => (NextBits() >> 11) * (1.0 / (1UL << 53));

    /// <summary>A whole number from 0 to below a bound, each equally likely (Lemire 2019).</summary>
    /// <param name="bound">At least 1.</param>
    public int NextInt(int bound)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bound);
        ulong range = (ulong)bound;
        ulong high = Math.BigMul(NextBits(), range, out ulong low);
        if (low < range)
        {
            ulong threshold = (0 - range) % range;
            while (low < threshold)
            {
                high = Math.BigMul(NextBits(), range, out low);
            }
        }

        return (int)high;
    }

    /// <summary>Brings elements into random order, each order equally likely (Fisher and Yates).</summary>
    public void Shuffle<T>(Span<T> items)
    {
        for (int i = items.Length - 1; i > 0; i--)
        {
            int j = NextInt(i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }
}

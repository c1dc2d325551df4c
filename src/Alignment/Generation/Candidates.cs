namespace Alignment.Generation;

/// <summary>The tokens of one row that may come next: ids in rising order with their logits. Filters only take away.</summary>
public sealed class Candidates
{
    private readonly float[] _probabilities;

    /// <summary>All ids of a vocabulary, to begin with.</summary>
    /// <param name="logits">[V]</param>
    public Candidates(ReadOnlySpan<float> logits)
    {
        Ids = new int[logits.Length];
        Logits = new float[logits.Length];
        _probabilities = new float[logits.Length];
        Reset(logits);
    }

    /// <summary>Ids; the first <see cref="Count"/> count.</summary>
    public int[] Ids { get; }

    /// <summary>Logits of <see cref="Ids"/>.</summary>
    public float[] Logits { get; }

    /// <summary>How many are left, at least one.</summary>
    public int Count { get; private set; }

    /// <summary>Starts again with another row of the same vocabulary.</summary>
    /// <param name="logits">[V]</param>
    public void Reset(ReadOnlySpan<float> logits)
    {
        logits.CopyTo(Logits);
        Count = logits.Length;
        for (int i = 0; i < Count; i++)
        {
            Ids[i] = i;
        }
    }

    /// <summary>Place of an id, or −1 when it was taken away.</summary>
    public int IndexOf(int id) => Count == Ids.Length ? (uint)id < (uint)Count ? id : -1 : Math.Max(-1, Array.BinarySearch(Ids, 0, Count, id));

    /// <summary>softmax of the logits in fp32.</summary>
    public ReadOnlySpan<float> Probabilities()
    {
        float largest = float.NegativeInfinity;
        for (int i = 0; i < Count; i++)
        {
            largest = Math.Max(largest, Logits[i]);
        }

        double sum = 0;
        for (int i = 0; i < Count; i++)
        {
            sum += _probabilities[i] = MathF.Exp(Logits[i] - largest);
        }

        float scale = (float)(1 / sum);
        for (int i = 0; i < Count; i++)
        {
            _probabilities[i] *= scale;
        }

        return _probabilities.AsSpan(0, Count);
    }

    /// <summary>Keeps what the rule keeps, by place.</summary>
    public void Keep(Func<int, bool> rule)
    {
        int kept = 0;
        for (int i = 0; i < Count; i++)
        {
            if (rule(i))
            {
                (Ids[kept], Logits[kept]) = (Ids[i], Logits[i]);
                kept++;
            }
        }

        Count = kept;
    }

    /// <summary>The likeliest token; of equals the one of the smallest id.</summary>
    public int Largest()
    {
        int best = 0;
        for (int i = 1; i < Count; i++)
        {
            best = Logits[i] > Logits[best] ? i : best;
        }

        return Ids[best];
    }

    /// <summary>The token at a point of the distribution.</summary>
    /// <param name="uniform">in [0, 1)</param>
    public int Draw(double uniform)
    {
        ReadOnlySpan<float> probabilities = Probabilities();
        double total = 0;
        foreach (float p in probabilities)
        {
            total += p;
        }

        double rest = uniform * total;
        int last = 0;
        for (int i = 0; i < Count; i++)
        {
            if (probabilities[i] > 0)
            {
                last = i;
                rest -= probabilities[i];
                if (rest < 0)
                {
                    break;
                }
            }
        }

        return Ids[last];
    }
}

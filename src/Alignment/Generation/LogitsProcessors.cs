using static TorchSharp.torch;

namespace Alignment.Generation;

/// <summary>
/// transformers' logits processors (5.23) on one row, each a pure change of the candidates. <c>generate</c> applies them in
/// this order: penalties and forbidden tokens, temperature, top-k, top-p, min-p, typical, epsilon, eta.
/// </summary>
public static class LogitsProcessors
{
    /// <summary>RepetitionPenaltyLogitsProcessor: positive logits of tokens that occurred are divided, negative ones multiplied.</summary>
    public static void RepetitionPenalty(Candidates row, IEnumerable<int> occurred, double penalty)
    {
        foreach (int id in occurred.Distinct())
        {
            int i = row.IndexOf(id);
            if (i >= 0)
            {
                row.Logits[i] = row.Logits[i] < 0 ? row.Logits[i] * (float)penalty : row.Logits[i] / (float)penalty;
            }
        }
    }

    /// <summary>NoRepeatNGramLogitsProcessor: forbids what would repeat a run of <paramref name="length"/> tokens.</summary>
    public static void NoRepeatRun(Candidates row, IReadOnlyList<int> text, int length)
    {
        var forbidden = new HashSet<int>();
        int tail = text.Count - (length - 1);
        for (int start = 0; start + length <= text.Count; start++)
        {
            if (Enumerable.Range(0, length - 1).All(i => text[start + i] == text[tail + i]))
            {
                forbidden.Add(text[start + length - 1]);
            }
        }

        Forbid(row, forbidden);
    }

    /// <summary>Takes tokens away (ends of text before MinNewTokensLengthLogitsProcessor's length, single bad words).</summary>
    public static void Forbid(Candidates row, IReadOnlySet<int> ids)
    {
        if (ids.Count > 0)
        {
            row.Keep(i => !ids.Contains(row.Ids[i]));
        }
    }

    /// <summary>NoBadWordsLogitsProcessor: forbids the last token of a sequence whose beginning ends the text.</summary>
    public static void BadWords(Candidates row, IReadOnlyList<int> text, IEnumerable<IReadOnlyList<int>> words) =>
        Forbid(row, words
            .Where(word => word.Count - 1 <= text.Count && Enumerable.Range(0, word.Count - 1).All(i => text[text.Count - word.Count + 1 + i] == word[i]))
            .Select(word => word[^1]).ToHashSet());

    /// <summary>TemperatureLogitsWarper.</summary>
    public static void Temperature(Candidates row, double temperature)
    {
        for (int i = 0; i < row.Count; i++)
        {
            row.Logits[i] /= (float)temperature;
        }
    }

    /// <summary>TopKLogitsWarper: the k largest, and all that equal the smallest of them.</summary>
    public static void TopK(Candidates row, int k)
    {
        if (k >= row.Count)
        {
            return;
        }

        var largest = new PriorityQueue<float, float>(k + 1);
        for (int i = 0; i < row.Count; i++)
        {
            if (largest.Count < k)
            {
                largest.Enqueue(row.Logits[i], row.Logits[i]);
            }
            else if (row.Logits[i] > largest.Peek())
            {
                largest.EnqueueDequeue(row.Logits[i], row.Logits[i]);
            }
        }

        float smallest = largest.Peek();
        row.Keep(i => row.Logits[i] >= smallest);
    }

    /// <summary>
    /// TopPLogitsWarper: in rising order, tokens are dropped while the sum so far is at most 1 − p; the last
    /// <paramref name="least"/> always stay. Equal logits on both sides of the cut follow torch.sort's order, as there.
    /// </summary>
    public static void TopP(Candidates row, double p, int least = 1)
    {
        ReadOnlySpan<float> probabilities = row.Probabilities();
        float share = (float)(1 - p);
        float negligible = share / row.Count; // all of these together are at most the share to drop
        var likely = new List<int>();
        double dropped = 0;
        for (int i = 0; i < row.Count; i++)
        {
            if (probabilities[i] > negligible)
            {
                likely.Add(i);
            }
            else
            {
                dropped += probabilities[i];
            }
        }

        if (likely.Count < least)
        {
            likely = [.. Enumerable.Range(0, row.Count)];
            dropped = 0;
        }

        int[] rising = [.. likely.OrderBy(i => row.Logits[i])];
        int cut = Cut(rising, probabilities, dropped, share, least);
        if (cut > 0 && row.Logits[rising[cut - 1]] == row.Logits[rising[cut]])
        {
            rising = SortedAsTorch(row);
            cut = Cut(rising, probabilities, 0, share, least);
        }

        var kept = rising[cut..].ToHashSet();
        row.Keep(kept.Contains);
    }

    /// <summary>MinPLogitsWarper: at least this share of the largest probability.</summary>
    public static void MinP(Candidates row, double minP)
    {
        float[] probabilities = row.Probabilities().ToArray();
        float least = (float)minP * probabilities.Max();
        row.Keep(i => probabilities[i] >= least);
    }

    /// <summary>TypicalLogitsWarper: tokens whose surprise is nearest to the entropy, until their mass reaches <paramref name="mass"/>.</summary>
    public static void Typical(Candidates row, double mass)
    {
        float[] probabilities = row.Probabilities().ToArray();
        double entropy = Entropy(probabilities);
        double[] distance = [.. probabilities.Select(p => Math.Abs(-Math.Log(p) - entropy))];
        int[] nearest = [.. Enumerable.Range(0, row.Count).OrderBy(i => distance[i])];
        double sum = 0;
        int last = nearest.TakeWhile(i => (float)(sum += probabilities[i]) < (float)mass).Count();
        double widest = distance[nearest[Math.Min(last, nearest.Length - 1)]];
        row.Keep(i => distance[i] <= widest);
    }

    /// <summary>EpsilonLogitsWarper: at least this probability; the largest always stays.</summary>
    public static void Epsilon(Candidates row, double epsilon)
    {
        float[] probabilities = row.Probabilities().ToArray();
        float largest = row.Logits.AsSpan(0, row.Count).ToArray().Max();
        row.Keep(i => probabilities[i] >= (float)epsilon || row.Logits[i] >= largest);
    }

    /// <summary>EtaLogitsWarper: <see cref="Epsilon"/> with min(ε, √ε · exp(−entropy)).</summary>
    public static void Eta(Candidates row, double epsilon) =>
        Epsilon(row, Math.Min(epsilon, Math.Sqrt(epsilon) * Math.Exp(-Entropy(row.Probabilities().ToArray()))));

    private static double Entropy(float[] probabilities) => -probabilities.Where(p => p > 0).Sum(p => p * Math.Log(p));

    private static int Cut(int[] rising, ReadOnlySpan<float> probabilities, double sum, float share, int least)
    {
        int cut = 0;
        while (cut < rising.Length - least && (float)(sum += probabilities[rising[cut]]) <= share)
        {
            cut++;
        }

        return cut;
    }

    // transformers sorts whole rows, filtered tokens at −∞.
    private static int[] SortedAsTorch(Candidates row)
    {
        float[] whole = new float[row.Ids.Length];
        int[] place = new int[row.Ids.Length];
        Array.Fill(whole, float.NegativeInfinity);
        for (int i = 0; i < row.Count; i++)
        {
            whole[row.Ids[i]] = row.Logits[i];
            place[row.Ids[i]] = i;
        }

        using var scope = NewDisposeScope();
        (_, Tensor order) = tensor(whole, dtype: ScalarType.Float32, device: CPU).sort(-1, false);
        return [.. order.data<long>().Where(id => !float.IsNegativeInfinity(whole[id])).Select(id => place[id])];
    }
}

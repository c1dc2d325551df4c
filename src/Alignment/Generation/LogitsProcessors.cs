using static TorchSharp.torch;

namespace Alignment.Generation;

/// <summary>
/// transformers' logits processors (5.23) on one row, each a pure change of the candidates. <c>generate</c> applies them in
/// this order: penalties and forbidden tokens, temperature, top-k, top-p, min-p, typical, epsilon, eta.
/// </summary>
public static class LogitsProcessors
{
    private const int LargestSortedVocabulary = 8192;

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
    /// <paramref name="least"/> always stay. Of equal logits on both sides of the cut, those stay that torch.sort puts
    /// last, as there; in vocabularies where that sort would cost more than the model (bf16 logits are full of equals),
    /// those of the smallest ids.
    /// </summary>
    public static void TopP(Candidates row, double p, int least = 1)
    {
        ReadOnlySpan<float> probabilities = row.Probabilities();
        float share = (float)(1 - p);
        float negligible = row.Count > least ? share / row.Count : -1; // all of these together are at most the share to drop
        int likely = probabilities.Count(least, negligible);
        float[] logits = new float[likely];
        float[] rising = new float[likely];
        double dropped = 0;
        int filled = 0;
        for (int i = 0; i < row.Count; i++)
        {
            if (likely == row.Count || probabilities[i] > negligible)
            {
                (logits[filled], rising[filled++]) = (row.Logits[i], probabilities[i]);
            }
            else
            {
                dropped += probabilities[i];
            }
        }

        Array.Sort(logits, rising);
        int cut = 0;
        while (cut < likely - least && (float)(dropped += rising[cut]) <= share)
        {
            cut++;
        }

        float smallest = logits[cut];
        int places = logits.AsSpan(cut).Count(smallest);
        HashSet<int> stay = EqualsThatStay(row, smallest, places);
        row.Keep(i => row.Logits[i] > smallest || (row.Logits[i] == smallest && stay.Contains(row.Ids[i])));
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

    // How many are above the bound; all, when that leaves too few.
    private static int Count(this ReadOnlySpan<float> probabilities, int least, float bound)
    {
        int above = 0;
        foreach (float p in probabilities)
        {
            above += p > bound ? 1 : 0;
        }

        return above < least ? probabilities.Length : above;
    }

    private static HashSet<int> EqualsThatStay(Candidates row, float logit, int places)
    {
        int[] equal = [.. Enumerable.Range(0, row.Count).Where(i => row.Logits[i] == logit).Select(i => row.Ids[i])];
        return [.. places == equal.Length || row.Ids.Length > LargestSortedVocabulary ? equal.Take(places) : SortedAsTorch(row).Where(equal.Contains).TakeLast(places)];
    }

    // Ids in rising order of their logits; transformers sorts whole rows, filtered tokens at −∞.
    private static int[] SortedAsTorch(Candidates row)
    {
        float[] whole = new float[row.Ids.Length];
        Array.Fill(whole, float.NegativeInfinity);
        for (int i = 0; i < row.Count; i++)
        {
            whole[row.Ids[i]] = row.Logits[i];
        }

        using var scope = NewDisposeScope();
        (_, Tensor order) = tensor(whole, dtype: ScalarType.Float32, device: CPU).sort(-1, false);
        return [.. order.data<long>().Select(id => (int)id)];
    }
}

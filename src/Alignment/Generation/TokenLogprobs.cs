namespace Alignment.Generation;

/// <summary>A token and its log-probability.</summary>
/// <param name="Id">the token</param>
/// <param name="Logprob">natural logarithm of its probability</param>
public readonly record struct TokenLogprob(int Id, double Logprob);

/// <summary>Log-probabilities at one place of a text: the model's own, whatever the token was chosen by.</summary>
/// <param name="Chosen">the token that stands there</param>
/// <param name="Likeliest">the likeliest tokens, likeliest first; of equals the smallest id first</param>
public sealed record TokenLogprobs(TokenLogprob Chosen, IReadOnlyList<TokenLogprob> Likeliest)
{
    /// <summary>Reads them off a row of logits.</summary>
    /// <param name="logits">[V]</param>
    /// <param name="chosen">the chosen id</param>
    /// <param name="count">how many of the likeliest</param>
    public static TokenLogprobs Of(ReadOnlySpan<float> logits, int chosen, int count)
    {
        double normalizer = LogSum(logits);
        return new TokenLogprobs(
            new TokenLogprob(chosen, logits[chosen] - normalizer),
            [.. Largest(logits, count).Select(best => new TokenLogprob(best.Id, best.Logit - normalizer))]);
    }

    private static double LogSum(ReadOnlySpan<float> logits)
    {
        double largest = float.NegativeInfinity;
        foreach (float logit in logits)
        {
            largest = Math.Max(largest, logit);
        }

        double sum = 0;
        foreach (float logit in logits)
        {
            sum += Math.Exp(logit - largest);
        }

        return largest + Math.Log(sum);
    }

    private static List<(int Id, float Logit)> Largest(ReadOnlySpan<float> logits, int count)
    {
        var best = new List<(int Id, float Logit)>(count + 1);
        for (int id = 0; id < logits.Length && count > 0; id++)
        {
            float logit = logits[id];
            if (best.Count == count && logit <= best[^1].Logit)
            {
                continue;
            }

            int place = best.FindLastIndex(other => other.Logit >= logit) + 1;
            best.Insert(place, (id, logit));
            if (best.Count > count)
            {
                best.RemoveAt(count);
            }
        }

        return best;
    }
}

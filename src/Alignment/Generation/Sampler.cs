using Alignment.Shared.Statistics;

namespace Alignment.Generation;

/// <summary>
/// Chooses the next token of a row from its logits. Draws come from a counter, not from a running generator: the same
/// seed, stream and step give the same number whatever else is generated beside it.
/// </summary>
/// <param name="options">what to keep</param>
/// <param name="eosIds">ends of text</param>
public sealed class Sampler(SamplingOptions options, IReadOnlySet<int> eosIds)
{
    private Candidates? _row;

    /// <summary>True when the choice is simply the largest logit.</summary>
    public bool IsArgmax => options is { Greedy: true, RepetitionPenalty: 1, NoRepeatRun: 0, MinNewTokens: 0, ForbiddenRuns.Count: 0 };

    /// <summary>Chooses a token.</summary>
    /// <param name="logits">[V], on the CPU</param>
    /// <param name="text">ids so far, prompt included</param>
    /// <param name="newTokens">how many of them are new</param>
    /// <param name="stream">tells requests of one seed apart</param>
    public int Choose(ReadOnlySpan<float> logits, IReadOnlyList<int> text, int newTokens, ulong stream)
    {
        Candidates row = _row ??= new Candidates(logits);
        row.Reset(logits);
        Forbid(row, text, newTokens);
        if (options.Greedy)
        {
            return row.Largest();
        }

        Filter(row);
        return row.Draw(Uniform(options.Seed, stream, (ulong)newTokens));
    }

    /// <summary>A number in [0, 1) that its three arguments decide (SplitMix64's finalizer, chained).</summary>
    public static double Uniform(ulong seed, ulong stream, ulong step) => (Mix(Mix(Mix(seed) ^ stream) ^ step) >> 11) * (1.0 / (1UL << 53));

    private void Forbid(Candidates row, IReadOnlyList<int> text, int newTokens)
    {
        if (options.RepetitionPenalty != 1)
        {
            LogitsProcessors.RepetitionPenalty(row, text, options.RepetitionPenalty);
        }

        if (options.NoRepeatRun > 0)
        {
            LogitsProcessors.NoRepeatRun(row, text, options.NoRepeatRun);
        }

        if (options.ForbiddenRuns.Count > 0)
        {
            LogitsProcessors.BadWords(row, text, options.ForbiddenRuns);
        }

        if (newTokens < options.MinNewTokens)
        {
            LogitsProcessors.Forbid(row, eosIds);
        }
    }

    private void Filter(Candidates row)
    {
        if (options.Temperature != 1)
        {
            LogitsProcessors.Temperature(row, options.Temperature);
        }

        if (options.TopK > 0)
        {
            LogitsProcessors.TopK(row, options.TopK);
        }

        if (options.TopP < 1)
        {
            LogitsProcessors.TopP(row, options.TopP);
        }

        if (options.MinP > 0)
        {
            LogitsProcessors.MinP(row, options.MinP);
        }

        if (options.TypicalP < 1)
        {
            LogitsProcessors.Typical(row, options.TypicalP);
        }

        if (options.EpsilonCutoff > 0)
        {
            LogitsProcessors.Epsilon(row, options.EpsilonCutoff);
        }

        if (options.EtaCutoff > 0)
        {
            LogitsProcessors.Eta(row, options.EtaCutoff);
        }
    }

    private static ulong Mix(ulong value) => SplitMix64.Mix(value + SplitMix64.Step);
}

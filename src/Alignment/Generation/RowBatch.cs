using System.Runtime.InteropServices;

using Alignment.Models;

using static TorchSharp.torch;

namespace Alignment.Generation;

/// <summary>A text that a <see cref="RowBatch"/> continues.</summary>
/// <param name="promptIds">at least one id; rows that join together with the same list share its computation</param>
/// <param name="sampler">chooses the tokens; rows may share one</param>
/// <param name="stream">tells rows of one seed apart</param>
/// <param name="alternatives">how many of the likeliest tokens are noted beside each chosen one; null notes no probabilities</param>
public class BatchRow(IReadOnlyList<int> promptIds, Sampler sampler, ulong stream, int? alternatives = null)
{
    private readonly List<int> _text = [.. promptIds];

    /// <summary>The prompt.</summary>
    public IReadOnlyList<int> PromptIds => promptIds;

    /// <summary>Prompt and new tokens.</summary>
    public IReadOnlyList<int> Text => _text;

    /// <summary>How many tokens are new.</summary>
    public int NewTokens => _text.Count - promptIds.Count;

    /// <summary>The new tokens.</summary>
    public IReadOnlyList<int> NewIds => _text[promptIds.Count..];

    /// <summary>Log-probabilities at the newest token, where they are noted.</summary>
    public TokenLogprobs? Logprobs { get; private set; }

    /// <summary>False where the id of the largest logit is all that is needed.</summary>
    internal bool ReadsLogits => alternatives is not null || !sampler.IsArgmax;

    /// <summary>Adds a token.</summary>
    internal void Add(int id) => _text.Add(id);

    /// <summary>Chooses a token and adds it.</summary>
    /// <param name="logits">[V], on the CPU</param>
    internal void Choose(ReadOnlySpan<float> logits)
    {
        int id = sampler.Choose(logits, _text, NewTokens, stream);
        Logprobs = alternatives is int count ? TokenLogprobs.Of(logits, id, count) : null;
        _text.Add(id);
    }
}

/// <summary>
/// Texts that are continued together, one token each per step. Rows join and leave between steps; what else is in the batch
/// does not matter to a row's draws. One thread. After an exception it holds rows half done: dispose it.
/// </summary>
/// <param name="model">the model</param>
/// <param name="room">rows to make room for from the start; more may join</param>
public sealed class RowBatch(CausalModel model, int room) : IDisposable
{
    // libtorch's matrix products on a CPU take four rows at a time and round the rest otherwise; the rows of a step are filled
    // up to a multiple of that, so that a row's numbers are the same alone and beside others (docs/decisions/rows-by-four.md).
    private const int RowsOfAKernel = 4;

    private readonly KvCache _cache = new(model.Config, 0, model.Dtype, model.Device, room);
    private readonly List<BatchRow> _rows = [];

    /// <summary>The rows in work.</summary>
    public IReadOnlyList<BatchRow> Rows => _rows;

    /// <summary>Takes rows in and chooses the first token of each. Their prompts are computed together, each list once.</summary>
    public void Join(IReadOnlyList<BatchRow> fresh)
    {
        if (fresh.Count == 0)
        {
            return;
        }

        using var noGradients = no_grad();
        using var scope = NewDisposeScope();
        List<IReadOnlyList<int>> prompts = [.. fresh.Select(row => row.PromptIds).Distinct<IReadOnlyList<int>>(ReferenceEqualityComparer.Instance)];
        int[] places = [.. fresh.Select(row => prompts.FindIndex(prompt => ReferenceEquals(prompt, row.PromptIds)))];
        using var own = new KvCache(model.Config, prompts.Count, model.Dtype, model.Device);
        Tensor logits = PromptLogits(prompts, own); // [prompts, V]
        foreach (int place in places)
        {
            _cache.Add(own, place);
        }

        Choose(logits, fresh, places);
        _rows.AddRange(fresh);
    }

    /// <summary>Chooses one more token of each row.</summary>
    public void Step()
    {
        if (_rows.Count == 0)
        {
            return;
        }

        using var noGradients = no_grad();
        using var scope = NewDisposeScope();
        int padded = (_rows.Count + RowsOfAKernel - 1) / RowsOfAKernel * RowsOfAKernel;
        using TokenLayout layout = TokenLayout.Continuing(_cache.Lengths, 1, model.Device, padded);
        long[] ids = new long[padded];
        for (int i = 0; i < _rows.Count; i++)
        {
            ids[i] = _rows[i].Text[^1];
        }

        Tensor logits = NextLogits(model, tensor(ids, [padded, 1], device: model.Device), layout, _cache); // [padded, V]
        Choose(logits, _rows, [.. Enumerable.Range(0, _rows.Count)]);
    }

    /// <summary>Lets rows go; the others may change their places.</summary>
    /// <param name="leaves">asked once for each row</param>
    public void Leave(Predicate<BatchRow> leaves)
    {
        for (int i = _rows.Count - 1; i >= 0; i--)
        {
            if (leaves(_rows[i]))
            {
                _cache.Remove(i);
                _rows[i] = _rows[^1];
                _rows.RemoveAt(_rows.Count - 1);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _cache.Dispose();

    /// <summary>Logits of the token after each row's last one.</summary>
    /// <param name="model">the model</param>
    /// <param name="ids">[N, T] int64</param>
    /// <param name="layout">of the same N and T, at most one segment per row</param>
    /// <param name="state">keys and values so far; the new ones are added</param>
    /// <returns>[N, V] fp32</returns>
    internal static Tensor NextLogits(CausalModel model, Tensor ids, TokenLayout layout, ISequenceState state)
    {
        using var scope = NewDisposeScope();
        Tensor hidden = model.Decoder.Forward(ids, layout, state); // [N, T, D]
        long[] last = [.. Enumerable.Range(0, layout.Rows).Select(row => (long)row * layout.Columns)];
        foreach (Segment s in layout.Segments)
        {
            last[s.Row] += s.Start + s.Length - 1;
        }

        Tensor place = tensor(last, dtype: ScalarType.Int64, device: ids.device);
        return scope.MoveToOuter(model.Head.Logits(hidden.flatten(0, 1).index_select(0, place)));
    }

    // Prompts padded on the right.
    private Tensor PromptLogits(List<IReadOnlyList<int>> prompts, KvCache state)
    {
        int columns = prompts.Max(prompt => prompt.Count);
        using TokenLayout layout = TokenLayout.RightPadded([.. prompts.Select(prompt => prompt.Count)], columns, model.Device);
        long[] ids = new long[prompts.Count * columns];
        for (int r = 0; r < prompts.Count; r++)
        {
            for (int i = 0; i < prompts[r].Count; i++)
            {
                ids[r * columns + i] = prompts[r][i];
            }
        }

        return NextLogits(model, tensor(ids, [prompts.Count, columns], device: model.Device), layout, state);
    }

    private static void Choose(Tensor logits, IReadOnlyList<BatchRow> rows, int[] places)
    {
        if (!rows.Any(row => row.ReadsLogits))
        {
            long[] largest = logits.argmax(-1).cpu().data<long>().ToArray();
            for (int i = 0; i < rows.Count; i++)
            {
                rows[i].Add((int)largest[places[i]]);
            }

            return;
        }

        ReadOnlySpan<float> all = MemoryMarshal.Cast<byte, float>(logits.cpu().contiguous().bytes); // [N · V]
        int size = (int)logits.shape[1];
        for (int i = 0; i < rows.Count; i++)
        {
            rows[i].Choose(all.Slice(places[i] * size, size));
        }
    }
}

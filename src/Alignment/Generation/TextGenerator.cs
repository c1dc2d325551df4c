using System.Runtime.InteropServices;

using Alignment.Models;

using static TorchSharp.torch;

namespace Alignment.Generation;

/// <summary>One text to continue.</summary>
/// <param name="PromptIds">at least one id</param>
/// <param name="Stream">tells requests of one seed apart (prompt and sample)</param>
public sealed record GenerationRequest(IReadOnlyList<int> PromptIds, ulong Stream);

/// <summary>A continued text.</summary>
/// <param name="Request">0-based number of the request</param>
/// <param name="Ids">new ids, a closing end of text included</param>
/// <param name="Ended">true at an end of text, false at the limit</param>
public sealed record GenerationResult(int Request, IReadOnlyList<int> Ids, bool Ended);

/// <summary>When a text ends.</summary>
/// <param name="MaxNewTokens">at most this many new tokens, at least 1</param>
/// <param name="EosIds">ids that end a text; none are looked for when empty</param>
/// <param name="Batch">rows computed at once, at least 1</param>
public sealed record GenerationLimits(int MaxNewTokens, IReadOnlySet<int> EosIds, int Batch);

/// <summary>
/// Continues many texts at once with a key-value cache; a finished row makes room for the next request at once. Each
/// request's draws are its own, so what else is in the batch does not matter to them.
/// </summary>
/// <param name="model">the model</param>
/// <param name="sampling">how tokens are chosen</param>
/// <param name="limits">when texts end</param>
public sealed class TextGenerator(CausalModel model, SamplingOptions sampling, GenerationLimits limits)
{
    private readonly Sampler _sampler = new(sampling, limits.EosIds);
    private readonly List<Row> _rows = [];

    /// <summary>A row in work.</summary>
    private sealed class Row(int request, GenerationRequest what)
    {
        public int Request { get; } = request;

        public ulong Stream { get; } = what.Stream;

        public int PromptLength { get; } = what.PromptIds.Count;

        public List<int> Text { get; } = [.. what.PromptIds];

        public int NewTokens => Text.Count - PromptLength;
    }

    /// <summary>Continues every request; results come in the order in which they end.</summary>
    /// <param name="requests">taken one by one, as rows become free</param>
    /// <param name="finished">called on this thread with each finished text</param>
    /// <param name="token">called on this thread with request and id as soon as a token is chosen; null when not needed</param>
    /// <param name="stop">polled before every step</param>
    /// <exception cref="OperationCanceledException">It was asked to stop.</exception>
    public void Run(
        IEnumerable<GenerationRequest> requests, Action<GenerationResult> finished, Action<int, int>? token = null, CancellationToken stop = default)
    {
        using var noGradients = no_grad();
        using var cache = new KvCache(model.Config, 0, model.Dtype, model.Device, limits.Batch);
        using IEnumerator<GenerationRequest> source = requests.GetEnumerator();
        int taken = 0;
        _rows.Clear();
        while (true)
        {
            stop.ThrowIfCancellationRequested();
            var fresh = new List<Row>();
            while (_rows.Count + fresh.Count < limits.Batch && source.MoveNext())
            {
                fresh.Add(new Row(taken++, source.Current));
            }

            if (_rows.Count + fresh.Count == 0)
            {
                return;
            }

            Admit(fresh, cache, token);
            Sweep(cache, finished);
            Step(cache, token);
            Sweep(cache, finished);
        }
    }

    /// <summary>Logits of the token after each row's last one.</summary>
    /// <param name="model">the model</param>
    /// <param name="ids">[N, T] int64</param>
    /// <param name="layout">of the same N and T, one segment per row</param>
    /// <param name="state">keys and values so far; the new ones are added</param>
    /// <returns>[N, V] fp32</returns>
    internal static Tensor NextLogits(CausalModel model, Tensor ids, TokenLayout layout, ISequenceState state)
    {
        using var scope = NewDisposeScope();
        Tensor hidden = model.Decoder.Forward(ids, layout, state); // [N, T, D]
        long[] last = [.. layout.Segments.Select(s => (long)s.Row * layout.Columns + s.Start + s.Length - 1)];
        Tensor place = tensor(last, dtype: ScalarType.Int64, device: ids.device);
        return scope.MoveToOuter(model.Head.Logits(hidden.flatten(0, 1).index_select(0, place)));
    }

    // The prompts of new rows, padded on the right, in a cache of their own; then they join the others.
    private void Admit(List<Row> fresh, KvCache cache, Action<int, int>? token)
    {
        if (fresh.Count == 0)
        {
            return;
        }

        using var scope = NewDisposeScope();
        int columns = fresh.Max(r => r.PromptLength);
        using TokenLayout layout = TokenLayout.RightPadded([.. fresh.Select(r => r.PromptLength)], columns, model.Device);
        using var own = new KvCache(model.Config, fresh.Count, model.Dtype, model.Device);
        long[] ids = new long[fresh.Count * columns];
        for (int r = 0; r < fresh.Count; r++)
        {
            for (int i = 0; i < fresh[r].PromptLength; i++)
            {
                ids[r * columns + i] = fresh[r].Text[i];
            }
        }

        Tensor logits = NextLogits(model, tensor(ids, [fresh.Count, columns], device: model.Device), layout, own);
        for (int r = 0; r < fresh.Count; r++)
        {
            cache.Add(own, r);
        }

        Choose(logits, fresh, token);
        _rows.AddRange(fresh);
    }

    private void Step(KvCache cache, Action<int, int>? token)
    {
        if (_rows.Count == 0)
        {
            return;
        }

        using var scope = NewDisposeScope();
        using TokenLayout layout = TokenLayout.Continuing(cache.Lengths, 1, model.Device);
        long[] ids = [.. _rows.Select(r => (long)r.Text[^1])];
        Choose(NextLogits(model, tensor(ids, [_rows.Count, 1], device: model.Device), layout, cache), _rows, token);
    }

    private void Choose(Tensor logits, List<Row> rows, Action<int, int>? token)
    {
        int[] chosen = _sampler.IsArgmax ? [.. logits.argmax(-1).cpu().data<long>().Select(id => (int)id)] : Draw(logits, rows);
        for (int i = 0; i < rows.Count; i++)
        {
            rows[i].Text.Add(chosen[i]);
            token?.Invoke(rows[i].Request, chosen[i]);
        }
    }

    private int[] Draw(Tensor logits, List<Row> rows)
    {
        ReadOnlySpan<float> all = MemoryMarshal.Cast<byte, float>(logits.cpu().contiguous().bytes); // [N · V]
        int size = (int)logits.shape[1];
        int[] chosen = new int[rows.Count];
        for (int i = 0; i < rows.Count; i++)
        {
            chosen[i] = _sampler.Choose(all.Slice(i * size, size), rows[i].Text, rows[i].NewTokens, rows[i].Stream);
        }

        return chosen;
    }

    private void Sweep(KvCache cache, Action<GenerationResult> finished)
    {
        for (int i = _rows.Count - 1; i >= 0; i--)
        {
            Row row = _rows[i];
            bool ended = limits.EosIds.Contains(row.Text[^1]);
            if (ended || row.NewTokens >= limits.MaxNewTokens)
            {
                finished(new GenerationResult(row.Request, row.Text[row.PromptLength..], ended));
                cache.Remove(i);
                _rows[i] = _rows[^1];
                _rows.RemoveAt(_rows.Count - 1);
            }
        }
    }
}

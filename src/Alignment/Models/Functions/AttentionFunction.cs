using Alignment.Native;

using static TorchSharp.torch;

namespace Alignment.Models.Functions;

/// <summary>
/// Causal attention by segments as plain matrix products, in blocks of queries that see only the keys up to their own end:
/// no product of what the mask would hide, no copies of key heads, and only the probabilities are kept. For the CPU, where
/// it is quicker than the fused operator in bf16.
/// </summary>
internal sealed class AttentionFunction : GuardedFunction<AttentionFunction>
{
    private const int BlockLength = 128;
    private const string LayoutKey = "layout";

    /// <summary>Attends.</summary>
    /// <param name="q">[N, T, H, hd]</param>
    /// <param name="k">[N, T, Hkv, hd]</param>
    /// <param name="v">[N, T, Hkv, hd]</param>
    /// <param name="layout">who sees whom</param>
    /// <returns>[N, T, H, hd]; zeros at padding</returns>
    public static Tensor Apply(Tensor q, Tensor k, Tensor v, TokenLayout layout) =>
        is_grad_enabled() ? apply(q, k, v, layout) : Value(q, k, v, layout, null);

    /// <inheritdoc/>
    protected override Tensor Forward(autograd.AutogradContext context, object[] arguments, List<Tensor> saved)
    {
        (Tensor q, Tensor k, Tensor v, TokenLayout layout) = ((Tensor)arguments[0], (Tensor)arguments[1], (Tensor)arguments[2], (TokenLayout)arguments[3]);
        saved.AddRange([q, k, v]);
        context.save_data(LayoutKey, layout);
        return Value(q, k, v, layout, saved);
    }

    /// <inheritdoc/>
    protected override List<Tensor?> Backward(autograd.AutogradContext context, List<Tensor> saved, Tensor gradient)
    {
        (Tensor q, Tensor k, Tensor v, var layout) = (saved[0], saved[1], saved[2], (TokenLayout)context.get_data(LayoutKey));
        (Tensor ofQ, Tensor ofK, Tensor ofV) = (zeros_like(q), zeros_like(k), zeros_like(v));
        int block = 3;
        foreach (Segment segment in layout.Segments)
        {
            using var scope = NewDisposeScope();
            (Tensor keys, Tensor values) = (Gather(k, segment, layout), Gather(v, segment, layout)); // [Hkv, S, hd]
            (Tensor ofKeys, Tensor ofValues) = (zeros_like(keys), zeros_like(values));
            foreach ((int start, int length) in Blocks(segment))
            {
                Tensor probabilities = saved[block++]; // [Hkv, G·L, S]
                long seen = probabilities.shape[2];
                Tensor queries = Grouped(q, segment, start, length, k.shape[2]).mul(Scale(q)); // [Hkv, G·L, hd]
                Tensor ofResult = Grouped(gradient, segment, start, length, k.shape[2]);
                Tensor ofScores = Ops.SoftmaxBackward(ofResult.matmul(values.narrow(1, 0, seen).transpose(1, 2)), probabilities); // [Hkv, G·L, S]
                ofValues.narrow(1, 0, seen).add_(probabilities.transpose(1, 2).matmul(ofResult));
                ofKeys.narrow(1, 0, seen).add_(ofScores.transpose(1, 2).matmul(queries));
                Ungroup(ofQ, ofScores.matmul(keys.narrow(1, 0, seen)).mul_(Scale(q)), segment, start, length);
            }

            Scatter(ofK, ofKeys, segment, layout);
            Scatter(ofV, ofValues, segment, layout);
        }

        return [ofQ, ofK, ofV, null];
    }

    /// <inheritdoc/>
    protected override IEnumerable<Tensor?> Arguments(List<Tensor> saved, Tensor gradient) => [saved[0], saved[1], saved[2], null];

    // The result; the probabilities of each block are added to kept.
    private static Tensor Value(Tensor q, Tensor k, Tensor v, TokenLayout layout, List<Tensor>? kept)
    {
        Tensor result = zeros_like(q);
        using Tensor triangle = full([BlockLength, BlockLength], double.NegativeInfinity, dtype: q.dtype, device: q.device).triu_(1);
        foreach (Segment segment in layout.Segments)
        {
            using var scope = NewDisposeScope();
            (Tensor keys, Tensor values) = (Gather(k, segment, layout), Gather(v, segment, layout)); // [Hkv, S, hd]
            foreach ((int start, int length) in Blocks(segment))
            {
                long seen = keys.shape[1] - segment.Length + start + length;
                Tensor queries = Grouped(q, segment, start, length, k.shape[2]).mul(Scale(q)); // [Hkv, G·L, hd]
                Tensor scores = queries.matmul(keys.narrow(1, 0, seen).transpose(1, 2)); // [Hkv, G·L, S]
                scores.view(k.shape[2], -1, length, seen).narrow(3, seen - length, length).add_(triangle.narrow(0, 0, length).narrow(1, 0, length));
                Tensor probabilities = scores.softmax(-1);
                Ungroup(result, probabilities.matmul(values.narrow(1, 0, seen)), segment, start, length);
                kept?.Add(scope.MoveToOuter(probabilities));
            }
        }

        return result;
    }

    private static double Scale(Tensor q) => 1 / Math.Sqrt(q.shape[3]);

    private static IEnumerable<(int Start, int Length)> Blocks(Segment segment)
    {
        for (int start = 0; start < segment.Length; start += BlockLength)
        {
            yield return (start, Math.Min(BlockLength, segment.Length - start));
        }
    }

    // A segment and what it continues, oldest first.
    private static IEnumerable<Segment> Chain(Segment segment, TokenLayout layout) =>
        segment.Continues < 0 ? [segment] : [.. Chain(layout.Segments[segment.Continues], layout), segment];

    // [N, T, Hkv, hd] to [Hkv, S, hd]: everything that the segment's last token sees.
    private static Tensor Gather(Tensor from, Segment segment, TokenLayout layout)
    {
        Tensor[] parts = [.. Chain(segment, layout).Select(s => from[s.Row].narrow(0, s.Start, s.Length))];
        return (parts.Length == 1 ? parts[0] : cat(parts, 0)).transpose(0, 1).contiguous();
    }

    // The reverse of Gather for gradients: what several segments see adds up.
    private static void Scatter(Tensor into, Tensor gradient, Segment segment, TokenLayout layout)
    {
        Tensor rows = gradient.transpose(0, 1); // [S, Hkv, hd]
        long from = 0;
        foreach (Segment s in Chain(segment, layout))
        {
            into[s.Row].narrow(0, s.Start, s.Length).add_(rows.narrow(0, from, s.Length));
            from += s.Length;
        }
    }

    // A block of [N, T, H, hd] as [Hkv, G·L, hd]: the query heads of one key head are further rows of it.
    private static Tensor Grouped(Tensor from, Segment segment, int start, int length, long keyHeads)
    {
        long size = from.shape[3];
        Tensor block = from[segment.Row].narrow(0, segment.Start + start, length); // [L, H, hd]
        return block.reshape(length, keyHeads, -1, size).permute(1, 2, 0, 3).contiguous().view(keyHeads, -1, size);
    }

    private static void Ungroup(Tensor into, Tensor block, Segment segment, int start, int length)
    {
        (long keyHeads, long size) = (block.shape[0], block.shape[2]);
        using Tensor place = into[segment.Row].narrow(0, segment.Start + start, length); // [L, H, hd]
        place.copy_(block.view(keyHeads, -1, length, size).permute(2, 0, 1, 3).reshape(length, -1, size));
    }
}

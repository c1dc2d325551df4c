using Alignment.Models.Functions;
using Alignment.Native;

using static TorchSharp.torch;

namespace Alignment.Models;

/// <summary>
/// Causal attention by segments: a segment's tokens see themselves causally and, where it continues another, all of that.
/// Padding gives zeros. No mask of the whole batch exists; one is needed only where a segment continues another.
/// </summary>
internal static class Attention
{
    /// <summary>Attention without a state.</summary>
    /// <param name="q">[N, T, H, hd], rotated</param>
    /// <param name="k">[N, T, Hkv, hd], rotated</param>
    /// <param name="v">[N, T, Hkv, hd]</param>
    /// <param name="layout">who sees whom</param>
    /// <returns>[N, T, H, hd]</returns>
    public static Tensor BySegments(Tensor q, Tensor k, Tensor v, TokenLayout layout) =>
        q.device.type == TorchSharp.DeviceType.CPU ? AttentionFunction.Apply(q, k, v, layout) : Fused(q, k, v, layout);

    // libtorch's fused operator: what a GPU is fast at.
    internal static Tensor Fused(Tensor q, Tensor k, Tensor v, TokenLayout layout)
    {
        using var scope = NewDisposeScope();
        (q, k, v) = (q.transpose(1, 2), k.transpose(1, 2), v.transpose(1, 2)); // [N, H, T, hd]
        if (layout.IsPlain)
        {
            return scope.MoveToOuter(Causal(q, k, v, 0).transpose(1, 2));
        }

        var rows = new List<Tensor>();
        for (int row = 0; row < layout.Rows; row++)
        {
            rows.Add(Row(q.narrow(0, row, 1), k.narrow(0, row, 1), v.narrow(0, row, 1), layout, row));
        }

        return scope.MoveToOuter(cat(rows, 0).transpose(1, 2));
    }

    /// <summary>Attention of new tokens over everything that a state holds.</summary>
    /// <param name="q">[N, T, H, hd], rotated</param>
    /// <param name="k">[N, Hkv, S, hd]</param>
    /// <param name="v">[N, Hkv, S, hd]</param>
    /// <param name="mask">[N, 1, T, S] additive, or null</param>
    /// <returns>[N, T, H, hd]</returns>
    public static Tensor OverState(Tensor q, Tensor k, Tensor v, Tensor? mask)
    {
        using var scope = NewDisposeScope();
        return scope.MoveToOuter(Products(q.transpose(1, 2), k, v, mask).transpose(1, 2));
    }

    private static Tensor Row(Tensor q, Tensor k, Tensor v, TokenLayout layout, int row)
    {
        var parts = new List<Tensor>();
        int filled = 0;
        foreach (Segment s in layout.Segments.Where(s => s.Row == row).OrderBy(s => s.Start))
        {
            Pad(s.Start);
            (Tensor keys, Tensor values) = (k.narrow(2, s.Start, s.Length), v.narrow(2, s.Start, s.Length));
            int before = 0;
            for (int c = s.Continues; c >= 0; c = layout.Segments[c].Continues)
            {
                (int start, int length) = (layout.Segments[c].Start, layout.Segments[c].Length);
                keys = cat([k.narrow(2, start, length), keys], 2);
                values = cat([v.narrow(2, start, length), values], 2);
                before += length;
            }

            parts.Add(Causal(q.narrow(2, s.Start, s.Length), keys, values, before));
            filled = s.Start + s.Length;
        }

        Pad(layout.Columns);
        return parts.Count == 1 ? parts[0] : cat(parts, 2);

        void Pad(int until)
        {
            if (until > filled)
            {
                parts.Add(zeros([1, q.shape[1], until - filled, q.shape[3]], dtype: q.dtype, device: q.device));
            }
        }
    }

    // The last T of S = before + T keys are the queries' own.
    private static Tensor Causal(Tensor q, Tensor k, Tensor v, int before) =>
        before == 0 ? Ops.Attention(q, k, v, null, causal: true) : Ops.Attention(q, k, v, Triangle(q, before), causal: false);

    // [T, S]: 0 up to the query's own column, −∞ after it.
    private static Tensor Triangle(Tensor q, int before) =>
        full([q.shape[2], before + q.shape[2]], double.NegativeInfinity, dtype: q.dtype, device: q.device).triu(before + 1);

    // softmax(q k^T / √hd + mask) v, the query heads of one key head as further rows of it.
    private static Tensor Products(Tensor q, Tensor k, Tensor v, Tensor? mask)
    {
        (long n, long heads, long length, long size) = (q.shape[0], q.shape[1], q.shape[2], q.shape[3]);
        long keyHeads = k.shape[1];
        Tensor scores = q.mul(1 / Math.Sqrt(size)).reshape(n, keyHeads, -1, size).matmul(k.transpose(-1, -2)); // [N, Hkv, G·T, S]
        if (mask is not null)
        {
            scores.view(n, keyHeads, -1, length, k.shape[2]).add_(mask.unsqueeze(2));
        }

        return scores.softmax(-1).matmul(v).view(n, heads, length, size);
    }
}

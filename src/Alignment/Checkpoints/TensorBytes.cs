using static TorchSharp.torch;

namespace Alignment.Checkpoints;

/// <summary>The memory of a CPU tensor in pieces that fit a span.</summary>
internal static class TensorBytes
{
    private const long Piece = 1L << 24;

    /// <summary>Gives the tensor's bytes in order, piece by piece.</summary>
    /// <param name="tensor">contiguous, on the CPU</param>
    /// <param name="use">called with each piece; the memory is the tensor's own</param>
    public static void ForEachSpan(Tensor tensor, SpanAction use)
    {
        long count = tensor.numel();
        if (count == 0)
        {
            return;
        }

        using Tensor flat = tensor.view(-1);
        for (long start = 0; start < count; start += Piece)
        {
            using Tensor piece = flat.narrow(0, start, Math.Min(Piece, count - start));
            use(piece.bytes);
        }
    }

    /// <summary>Uses a piece of memory.</summary>
    public delegate void SpanAction(Span<byte> bytes);
}

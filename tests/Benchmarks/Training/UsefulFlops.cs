using Alignment.Data;
using Alignment.Models;

namespace Alignment.Benchmarks.Training;

/// <summary>
/// Useful floating-point operations of a preference step: F = 2 · (parameters of the matrices) · tokens computed (a shared prompt
/// once, the head only where a token is predicted) + 4 · attended query-key pairs · heads · head size per layer. Training counts 3 F,
/// with frozen matrices 2 F; the reference pass 1 F; recomputation nothing.
/// </summary>
internal static class UsefulFlops
{
    /// <summary>One pass over a batch, without gradient.</summary>
    public static double Pass(DecoderConfig config, IReadOnlyList<SequenceBatch> batches)
    {
        double matrices = (double)config.Layers * (
            2.0 * config.HiddenSize * config.Heads * config.HeadSize + 2.0 * config.HiddenSize * config.KeyValueHeads * config.HeadSize
            + 3.0 * config.HiddenSize * config.IntermediateSize);
        double flops = 0;
        foreach (SequenceBatch batch in batches)
        {
            double tokens = batch.Segments.Sum(segment => (double)segment.Length);
            double attended = batch.Segments.Sum(segment => Attended(batch.Segments, segment));
            flops += 2 * matrices * tokens
                + 2.0 * config.VocabularySize * config.HiddenSize * batch.Targets.Length
                + 4.0 * attended * config.Heads * config.HeadSize * config.Layers;
        }

        return flops;
    }

    // Causal within the segment, and everything before it in the segments that it continues.
    private static double Attended(Segment[] segments, Segment segment)
    {
        double before = 0;
        for (int continued = segment.Continues; continued >= 0; continued = segments[continued].Continues)
        {
            before += segments[continued].Length;
        }

        return segment.Length * (segment.Length + 1.0) / 2 + segment.Length * before;
    }
}

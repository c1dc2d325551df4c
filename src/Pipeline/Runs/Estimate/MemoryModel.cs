using System.Globalization;
using Alignment.Pipeline.Runs.Models;
using Alignment.Shared.Runs;

namespace Alignment.Pipeline.Runs.Estimate;

/// <summary>
/// What a run keeps in memory, from what the trainer allocates: fp32 master weights, fp32 sums of gradients and two fp32 moments of
/// each trained parameter, in bf16 a copy and its gradient beside; frozen weights in the compute format; and what the backward pass
/// needs of each layer and position, since nothing is recomputed.
/// </summary>
internal static class MemoryModel
{
    private const long Program = 350L << 20; // the runtime with libtorch, before any model
    private const long ChunkElements = 1L << 26; // logits exist for a part of the positions at a time
    private const int WidthsKept = 9; // tensors of the width of the hidden states that a block keeps: norms, q, k, v, attention, sums
    private const int FeedForwardsKept = 4; // gate, up, activation, product

    /// <summary>The parts of a run's memory.</summary>
    /// <param name="spec">The run.</param>
    /// <param name="model">The model's sizes.</param>
    /// <param name="longestPositions">Positions of the longest row.</param>
    public static IReadOnlyList<MemoryPart> Parts(RunSpec spec, ModelFacts model, double longestPositions)
    {
        int width = spec.Precision == PrecisionNames.Fp32 ? 4 : 2;
        long all = model.Parameters!.Value;
        long trained = spec.Lora is { } lora ? Adapters(lora, model) : all;
        double positions = longestPositions * Math.Min(spec.Batch.MicroBatch, spec.Batch.RowsPerStep);
        long blocks = (long)(positions * model.Layers * ((WidthsKept * (long)model.Hidden) + (FeedForwardsKept * (long)model.Intermediate)) * width);
        long logits = (long)Math.Min(ChunkElements, positions * model.Vocabulary) * (width + 4);
        (string Name, long Bytes)[] parts =
        [
            ("frozen weights", spec.Lora is null ? 0 : all * width),
            ("trained weights", trained * (width == 4 ? 4 : 6)),
            ("gradients", trained * (width == 4 ? 4 : 6)),
            ("optimizer state", trained * 8),
            ("reference model", (spec as DpoSpec)?.Reference is null ? 0 : all * width),
            ("activations of a micro-batch", blocks + logits),
            ("the program itself", Program),
        ];
        return [.. parts.Where(part => part.Bytes > 0).Select(part => new MemoryPart(part.Name, part.Bytes))];
    }

    /// <summary>Bytes in words, as every text of an estimate writes them.</summary>
    public static string Words(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e9:0.0} GB");

    // Rank times both sides of each map; the seven maps of a block, or the share of them that is named.
    private static long Adapters(LoraSpec lora, ModelFacts model)
    {
        long block = (8L * model.Hidden) + (3L * (model.Hidden + model.Intermediate));
        double share = lora.Targets.Names is { Count: < 7 } names ? names.Count / 7.0 : 1;
        return (long)(share * lora.Rank * block * (lora.Layers?.Count ?? model.Layers));
    }
}

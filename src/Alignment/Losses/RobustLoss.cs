using Alignment.Shared.Runs;

using static TorchSharp.torch;

namespace Alignment.Losses;

/// <summary>
/// Robust DPO (Chowdhury et al. 2024, eq. 14), unbiased under labels flipped with probability ε:
/// (−(1−ε)·log σ(β·δ) + ε·log σ(−β·δ)) / (1 − 2ε).
/// </summary>
public static class RobustLoss
{
    /// <summary>The registry's entry.</summary>
    public static PairLoss Definition { get; } = new(LossNames.Robust, Compute, UsesLabelSmoothing: true, _ => Math.Log(2));

    /// <summary>Value and gradient: d/dδ = −β·((1−ε)·σ(−β·δ) + ε·σ(β·δ)) / (1 − 2ε).</summary>
    public static PairLossResult Compute(PairLogps logps, PairLossOptions options)
    {
        double flipped = options.LabelSmoothing;
        double scale = 1 / (1 - 2 * flipped);
        Tensor scaled = logps.Delta() * options.Beta; // [P]
        Tensor value = Logistic.LogSigmoid(scaled) * (-(1 - flipped) * scale) + Logistic.LogSigmoid(scaled.neg()) * (flipped * scale);
        Tensor gradient = (scaled.neg().sigmoid() * (1 - flipped) + scaled.sigmoid() * flipped) * (-options.Beta * scale);
        return PairLossResult.OfDelta(logps, options.Beta, value, gradient);
    }
}

using Alignment.Shared.Runs;

using static TorchSharp.torch;

namespace Alignment.Losses;

/// <summary>Conservative DPO (Mitchell 2023, eq. 3): −(1−ε)·log σ(β·δ) − ε·log σ(−β·δ). TRL 0.24 calls it sigmoid with label smoothing.</summary>
public static class ConservativeLoss
{
    /// <summary>The registry's entry.</summary>
    public static PairLoss Definition { get; } = new(LossNames.Cdpo, Compute, UsesLabelSmoothing: true, _ => Math.Log(2));

    /// <summary>Value and gradient: d/dδ = β·(ε·σ(β·δ) − (1−ε)·σ(−β·δ)).</summary>
    public static PairLossResult Compute(PairLogps logps, PairLossOptions options)
    {
        double flipped = options.LabelSmoothing;
        Tensor scaled = logps.Delta() * options.Beta; // [P]
        Tensor value = Logistic.LogSigmoid(scaled) * -(1 - flipped) - Logistic.LogSigmoid(scaled.neg()) * flipped;
        Tensor gradient = scaled.sigmoid() * (options.Beta * flipped) - scaled.neg().sigmoid() * (options.Beta * (1 - flipped));
        return PairLossResult.OfDelta(logps, options.Beta, value, gradient);
    }
}

using Alignment.Shared.Runs;

using static TorchSharp.torch;

namespace Alignment.Losses;

/// <summary>DPO (Rafailov et al. 2023, eq. 7): −log σ(β·δ), δ the difference of the log ratios.</summary>
public static class SigmoidLoss
{
    /// <summary>The registry's entry.</summary>
    public static PairLoss Definition { get; } = new(LossNames.Sigmoid, Compute, UsesLabelSmoothing: false, _ => Math.Log(2));

    /// <summary>Value and gradient: d/dδ = −β·σ(−β·δ).</summary>
    public static PairLossResult Compute(PairLogps logps, PairLossOptions options)
    {
        Tensor scaled = logps.Delta() * options.Beta; // [P]
        return PairLossResult.OfDelta(logps, options.Beta, Logistic.LogSigmoid(scaled).neg(), scaled.neg().sigmoid() * -options.Beta);
    }
}

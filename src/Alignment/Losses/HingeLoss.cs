using Alignment.Shared.Runs;

using static TorchSharp.torch;

namespace Alignment.Losses;

/// <summary>Hinge on the margin (SLiC, Zhao et al. 2023; RSO, Liu et al. 2024, eq. 6): max(0, 1 − β·δ).</summary>
public static class HingeLoss
{
    /// <summary>The registry's entry.</summary>
    public static PairLoss Definition { get; } = new(LossNames.Hinge, Compute, UsesLabelSmoothing: false, _ => 1);

    /// <summary>Value and gradient: d/dδ = −β where the margin is below 1, else 0.</summary>
    public static PairLossResult Compute(PairLogps logps, PairLossOptions options)
    {
        Tensor value = (logps.Delta() * -options.Beta + 1).clamp_min(0); // [P]
        Tensor gradient = value.gt(0).to(value.dtype) * -options.Beta;
        return PairLossResult.OfDelta(logps, options.Beta, value, gradient);
    }
}

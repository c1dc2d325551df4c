using Alignment.Shared.Runs;

using static TorchSharp.torch;

namespace Alignment.Losses;

/// <summary>
/// IPO (Azar et al. 2023, eq. 17), with log ratios averaged over the completion's tokens as its authors confirmed and TRL does:
/// (chosen ratio / |chosen| − rejected ratio / |rejected| − 1/(2β))². Lengths of 1 give the summed form.
/// </summary>
public static class IpoLoss
{
    /// <summary>The registry's entry.</summary>
    public static PairLoss Definition { get; } =
        new(LossNames.Ipo, Compute, UsesLabelSmoothing: false, options => 1 / (4 * options.Beta * options.Beta));

    /// <summary>Value and gradient: ±2·(…)/|completion|.</summary>
    public static PairLossResult Compute(PairLogps logps, PairLossOptions options)
    {
        Tensor mean = logps.ChosenRatios() / logps.ChosenLengths - logps.RejectedRatios() / logps.RejectedLengths; // [P]
        Tensor distance = mean - 1 / (2 * options.Beta);
        return PairLossResult.Create(
            logps, options.Beta, distance * distance, distance * 2 / logps.ChosenLengths, distance * -2 / logps.RejectedLengths);
    }
}

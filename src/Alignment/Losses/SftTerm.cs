using Alignment.Native;

using static TorchSharp.torch;

namespace Alignment.Losses;

/// <summary>
/// The SFT term of a preference loss (TRL's <c>sft</c>, RPO's second term): the mean negative log-likelihood of the chosen
/// completions' tokens, over all tokens of the micro-batch. Written per pair so that the mean over pairs is the mean over tokens.
/// </summary>
public static class SftTerm
{
    /// <summary>As a term of a sum; a run gives its weight beside the loss.</summary>
    public static PairLoss Definition { get; } = new("sft", Compute, UsesLabelSmoothing: false, ValueAtReference: null);

    /// <summary>Value −P·logp / Σ|chosen| and gradient −P / Σ|chosen|.</summary>
    public static PairLossResult Compute(PairLogps logps, PairLossOptions options)
    {
        Tensor perToken = logps.ChosenLengths.SumAll().to(logps.PolicyChosen.dtype).reciprocal() * -logps.PolicyChosen.shape[0]; // []
        Tensor gradient = ones_like(logps.PolicyChosen) * perToken; // [P]
        return PairLossResult.Create(logps, options.Beta, logps.PolicyChosen * perToken, gradient, zeros_like(gradient));
    }
}

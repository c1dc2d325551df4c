using static TorchSharp.torch;

namespace Alignment.Losses;

/// <summary>
/// What a loss of the DPO family sees of P pairs: log-probabilities summed over the completion tokens, under the policy and under
/// the reference. All tensors are [P], on one device and of one floating dtype (fp64 in training: P numbers cost nothing).
/// </summary>
/// <param name="PolicyChosen">[P] nats</param>
/// <param name="PolicyRejected">[P] nats</param>
/// <param name="ReferenceChosen">[P] nats</param>
/// <param name="ReferenceRejected">[P] nats</param>
/// <param name="ChosenLengths">[P] completion tokens of the chosen answer</param>
/// <param name="RejectedLengths">[P] completion tokens of the rejected answer</param>
public sealed record PairLogps(
    Tensor PolicyChosen, Tensor PolicyRejected, Tensor ReferenceChosen, Tensor ReferenceRejected, Tensor ChosenLengths, Tensor RejectedLengths)
{
    /// <summary>Log ratio of policy to reference on the chosen answers, [P].</summary>
    public Tensor ChosenRatios() => PolicyChosen - ReferenceChosen;

    /// <summary>Log ratio of policy to reference on the rejected answers, [P].</summary>
    public Tensor RejectedRatios() => PolicyRejected - ReferenceRejected;

    /// <summary>The difference that most losses see: chosen minus rejected log ratio, [P].</summary>
    public Tensor Delta() => ChosenRatios() - RejectedRatios();

    /// <summary>Refuses tensors that are not six vectors of one length (a [P] against a [P, 1] would broadcast silently).</summary>
    /// <exception cref="ArgumentException">A tensor has another shape.</exception>
    public void Check()
    {
        long pairs = PolicyChosen.shape.Length == 1 ? PolicyChosen.shape[0] : -1;
        foreach (Tensor tensor in new[] { PolicyChosen, PolicyRejected, ReferenceChosen, ReferenceRejected, ChosenLengths, RejectedLengths })
        {
            if (tensor.shape.Length != 1 || tensor.shape[0] != pairs)
            {
                throw new ArgumentException($"A pair loss takes six vectors of one length, not a tensor of shape [{string.Join(", ", tensor.shape)}].");
            }
        }
    }
}

/// <summary>What a loss of the DPO family gives back; all tensors are [P] and without a graph.</summary>
/// <param name="PerPair">[P] loss of each pair; the batch's loss is a mean of these</param>
/// <param name="GradChosen">[P] derivative of the sum of <paramref name="PerPair"/> by each policy log-probability of a chosen answer</param>
/// <param name="GradRejected">[P] the same for the rejected answers</param>
/// <param name="ChosenRewards">[P] beta times the chosen log ratio, as logged in <c>rewards/chosen</c></param>
/// <param name="RejectedRewards">[P] beta times the rejected log ratio</param>
public sealed record PairLossResult(Tensor PerPair, Tensor GradChosen, Tensor GradRejected, Tensor ChosenRewards, Tensor RejectedRewards)
{
    /// <summary>A result whose rewards are beta times the log ratios, as every loss of the family logs them.</summary>
    public static PairLossResult Create(PairLogps logps, double beta, Tensor perPair, Tensor gradChosen, Tensor gradRejected) =>
        new(perPair, gradChosen, gradRejected, logps.ChosenRatios() * beta, logps.RejectedRatios() * beta);

    /// <summary>A result of a loss that sees only the difference of the two log ratios: the rejected gradient is the negative of the chosen one.</summary>
    public static PairLossResult OfDelta(PairLogps logps, double beta, Tensor perPair, Tensor gradDelta) =>
        Create(logps, beta, perPair, gradDelta, gradDelta.neg());
}

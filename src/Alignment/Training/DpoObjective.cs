using Alignment.Data;
using Alignment.Losses;
using Alignment.Models.Functions;
using Alignment.Shared.Runs;

using static TorchSharp.torch;

namespace Alignment.Training;

/// <summary>Which loss of a pair is trained.</summary>
/// <param name="Loss">the loss</param>
/// <param name="Options">its numbers</param>
/// <param name="SftWeight">weight of the mean negative log-likelihood of the chosen answers' tokens, per micro-batch; 0 leaves it out</param>
public sealed record PairLossPlan(PairLoss Loss, PairLossOptions Options, double SftWeight = 0)
{
    /// <summary>The loss of a run.yaml.</summary>
    /// <exception cref="Shared.UserError">an option that the loss would ignore</exception>
    public static PairLossPlan Of(PairLossSpec spec)
    {
        PairLoss loss = PairLosses.Find(spec.Name);
        var options = new PairLossOptions(spec.Beta, spec.LabelSmoothing ?? 0);
        PairLosses.Check(loss, options);
        return new PairLossPlan(loss, options, spec.SftWeight);
    }
}

/// <summary>
/// Direct preference optimisation and its relatives. A pair weighs 1 / (pairs of the step); the optional SFT term is the token
/// mean over the micro-batch's chosen answers and weighs as the micro-batch's pairs do.
/// </summary>
/// <param name="policy">what is trained</param>
/// <param name="plan">which loss</param>
public sealed class DpoObjective(Policy policy, PairLossPlan plan) : IObjective
{
    private const int LossColumn = 0, ChosenColumn = 1, RejectedColumn = 2;

    /// <inheritdoc/>
    public IReadOnlyList<string> Columns { get; } = ["loss", MetricNames.LogpsChosen, MetricNames.LogpsRejected];

    /// <inheritdoc/>
    public double? KnownFirstLoss => plan.Loss.ValueAtReference?.Invoke(plan.Options);

    /// <summary>Turns dropout on for the pass that trains and off again; null without dropout.</summary>
    public Action<bool>? Dropout { get; init; }

    /// <inheritdoc/>
    public StepSums Accumulate(SequenceBatch batch, StepContext step)
    {
        using var scope = NewDisposeScope();
        using CompletionTokens tokens = policy.Tokens(batch);
        Dropout?.Invoke(true);
        Tensor hidden = policy.Hidden(batch); // [N, T, D]
        Dropout?.Invoke(false);
        CompletionPass pass = policy.Logps.Forward(hidden, tokens);
        (PairLossResult pair, Tensor perRow) = Losses(batch, pass.CompletionSums());
        Tensor gradient = cat([Chosen(batch, pair, step), pair.GradRejected / step.Rows]); // [2B]
        Tensor hiddenGradient = pass.Backward(tokens.Spread(gradient).to(TokenSoftmax.Wide(hidden.dtype))); // [N, T, D]
        hidden.backward([hiddenGradient]);
        BackwardFault.ThrowIfAny();
        return new StepSums(scope.MoveToOuter(perRow));
    }

    /// <inheritdoc/>
    public StepSums Evaluate(SequenceBatch batch)
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        return new StepSums(scope.MoveToOuter(Losses(batch, policy.CompletionSums(batch)).PerRow));
    }

    /// <inheritdoc/>
    public void AddMetrics(MetricSums sums, SequenceBatch batch, RowValues values, bool training)
    {
        int pairs = values.Rows;
        double[] chosen = values.Column(ChosenColumn), rejected = values.Column(RejectedColumn);
        double[] chosenRewards = Rewards(chosen, batch.ReferenceChosen!), rejectedRewards = Rewards(rejected, batch.ReferenceRejected!);
        double loss = values.Column(LossColumn).Sum();
        if (plan.SftWeight > 0 && training)
        {
            loss -= plan.SftWeight * pairs * chosen.Sum() / ChosenTokens(batch);
        }
        else if (plan.SftWeight > 0)
        {
            sums.Add(MetricNames.Loss, "sft", -plan.SftWeight * chosen.Sum(), ChosenTokens(batch));
        }

        sums.Add(MetricNames.Loss, loss, pairs);
        sums.Add(MetricNames.RewardsChosen, chosenRewards.Sum(), pairs);
        sums.Add(MetricNames.RewardsRejected, rejectedRewards.Sum(), pairs);
        sums.Add(MetricNames.RewardsAccuracies, chosenRewards.Zip(rejectedRewards).Count(reward => reward.First > reward.Second), pairs);
        sums.Add(MetricNames.RewardsMargins, chosenRewards.Sum() - rejectedRewards.Sum(), pairs);
        sums.Add(MetricNames.LogpsChosen, chosen.Sum(), pairs);
        sums.Add(MetricNames.LogpsRejected, rejected.Sum(), pairs);
    }

    private static int ChosenTokens(SequenceBatch batch) => batch.CompletionLengths.Take(batch.Source.Length).Sum();

    private double[] Rewards(double[] policyLogps, double[] reference) => [.. policyLogps.Zip(reference, (p, r) => plan.Options.Beta * (p - r))];

    private Tensor Chosen(SequenceBatch batch, PairLossResult pair, StepContext step)
    {
        double sft = plan.SftWeight * batch.Source.Length / ChosenTokens(batch);
        return (pair.GradChosen - sft) / step.Rows; // [B]
    }

    private (PairLossResult Pair, Tensor PerRow) Losses(SequenceBatch batch, Tensor sums)
    {
        int pairs = batch.Source.Length;
        Tensor chosen = sums.narrow(0, 0, pairs); // [B]
        Tensor rejected = sums.narrow(0, pairs, pairs); // [B]
        PairLossResult pair = plan.Loss.Compute(
            new PairLogps(
                chosen, rejected, OnDevice(batch.ReferenceChosen!), OnDevice(batch.ReferenceRejected!),
                OnDevice([.. batch.CompletionLengths.Take(pairs).Select(n => (double)n)]),
                OnDevice([.. batch.CompletionLengths.Skip(pairs).Select(n => (double)n)])),
            plan.Options);
        return (pair, stack([pair.PerPair, chosen, rejected], dim: 1)); // [B, 3]
    }

    private Tensor OnDevice(double[] values) => tensor(values, device: policy.Model.Device);
}

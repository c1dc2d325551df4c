using Alignment.Data;
using Alignment.Models.Functions;
using Alignment.Shared.Runs;

using static TorchSharp.torch;

namespace Alignment.Training;

/// <summary>
/// Supervised fine-tuning: minus the log-probability of every label, divided by the labels of the whole step, so that
/// micro-batches do not matter (TRL 1.16's num_items_in_batch).
/// </summary>
/// <param name="policy">what is trained</param>
public sealed class SftObjective(Policy policy) : IObjective
{
    /// <inheritdoc/>
    public IReadOnlyList<string> Columns { get; } = ["nll", "hits"];

    /// <inheritdoc/>
    public double? KnownFirstLoss => null;

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
        Tensor gradient = full(tokens.Count, -1.0 / step.Labels, dtype: TokenSoftmax.Wide(hidden.dtype), device: hidden.device); // [M]
        Tensor hits = empty_like(gradient); // [M]
        (Tensor logps, Tensor hiddenGradient) = policy.Logps.ForwardBackward(hidden, tokens, gradient, hits);
        hidden.backward([hiddenGradient]);
        BackwardFault.ThrowIfAny();
        return new StepSums(scope.MoveToOuter(PerRow(tokens, logps, hits)));
    }

    /// <inheritdoc/>
    public StepSums Evaluate(SequenceBatch batch)
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        using CompletionTokens tokens = policy.Tokens(batch);
        Tensor hidden = policy.Hidden(batch); // [N, T, D]
        Tensor hits = empty(tokens.Count, dtype: TokenSoftmax.Wide(hidden.dtype), device: hidden.device); // [M]
        Tensor logps = policy.Logps.Logps(hidden, tokens, hits); // [M]
        return new StepSums(scope.MoveToOuter(PerRow(tokens, logps, hits)));
    }

    /// <inheritdoc/>
    public void AddMetrics(MetricSums sums, SequenceBatch batch, RowValues values, bool training)
    {
        int labels = batch.CompletionLengths.Sum();
        sums.Add(MetricNames.Loss, values.Column(0).Sum(), labels);
        sums.Add(MetricNames.MeanTokenAccuracy, values.Column(1).Sum(), labels);
    }

    private static Tensor PerRow(CompletionTokens tokens, Tensor logps, Tensor hits) =>
        stack([tokens.Sum(logps).neg(), tokens.Sum(hits)], 1); // [B, 2]
}

using Alignment.Data;
using Alignment.Models;

using static TorchSharp.torch;

namespace Alignment.Training;

/// <summary>A model as training runs it: micro-batches in, log-probabilities of completions out.</summary>
/// <param name="model">the model; adapters may stand in its linear slots</param>
/// <param name="gradientOf">where a trained weight's gradient accumulates; null for frozen ones (<see cref="FlatParameters.GradientOf"/>)</param>
public sealed class Policy(CausalModel model, Func<Weight, Tensor?> gradientOf) : IDisposable
{
    /// <summary>The model.</summary>
    public CausalModel Model => model;

    /// <summary>The way from hidden states to log-probabilities and back.</summary>
    public CompletionLogps Logps { get; } = new(model.Head, gradientOf);

    /// <summary>A model that is only read: a reference, or an evaluation.</summary>
    public static Policy Frozen(CausalModel model) => new(model, _ => null);

    /// <summary>Final hidden states of a micro-batch, its tokens as one row without padding; the caller's scope owns them.</summary>
    /// <returns>[1, S, D]</returns>
    public Tensor Hidden(SequenceBatch batch)
    {
        using var scope = NewDisposeScope();
        (long[] row, Segment[] segments, _) = batch.WithoutPadding();
        Tensor ids = tensor(row, [1, row.Length], device: model.Device); // [1, S]
        using TokenLayout layout = TokenLayout.FromSegments(1, row.Length, segments, model.Device);
        return scope.MoveToOuter(model.Decoder.Forward(ids, layout)); // [1, S, D]
    }

    /// <summary>The predicted tokens of a micro-batch, as places in <see cref="Hidden"/>, on the model's device. Dispose them.</summary>
    public CompletionTokens Tokens(SequenceBatch batch) =>
        CompletionTokens.Create(batch.WithoutPadding().Predictors, batch.Targets, batch.CompletionLengths, model.Device);

    /// <summary>Log-probability of each completion, summed over its tokens, without a gradient.</summary>
    /// <returns>[C] fp64; the caller's scope owns it</returns>
    public Tensor CompletionSums(SequenceBatch batch)
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        using CompletionTokens tokens = Tokens(batch);
        return scope.MoveToOuter(tokens.Sum(Logps.Logps(Hidden(batch), tokens)));
    }

    /// <inheritdoc/>
    public void Dispose() => Logps.Dispose();
}

using Alignment.Data;

using static TorchSharp.torch;

namespace Alignment.Training;

/// <summary>
/// The tensor work of one optimizer step: forward and backward of every micro-batch, the gradient's norm, clipping and AdamW. It
/// reads nothing back: what the host wants to know comes as one packed tensor.
/// </summary>
/// <param name="objective">forward and backward of a micro-batch</param>
/// <param name="parameters">what is trained</param>
/// <param name="optimizer">steps it</param>
public sealed class StepRunner(IObjective objective, FlatParameters parameters, AdamW optimizer)
{
    /// <summary>Gradients of all micro-batches. The result joins the caller's dispose scope.</summary>
    /// <param name="batches">the step's micro-batches</param>
    /// <param name="context">counts over all of them</param>
    /// <returns>[rows · columns + 1] fp64: the numbers of each row, then the gradient's norm before clipping</returns>
    public Tensor Accumulate(IReadOnlyList<SequenceBatch> batches, StepContext context)
    {
        using var scope = NewDisposeScope();
        parameters.ZeroGradients();
        var parts = new List<Tensor>(batches.Count + 1);
        foreach (SequenceBatch batch in batches)
        {
            using var micro = NewDisposeScope();
            StepSums sums = objective.Accumulate(batch, context);
            parameters.CollectGradients();
            parts.Add(micro.MoveToOuter(sums.PerRow.reshape(-1)));
            FaultPoint.Reach(FaultPoint.Forward);
        }

        parts.Add(Clipping.Norm(parameters.Gradient).view(1));
        return scope.MoveToOuter(cat(parts)); // [rows · columns + 1]
    }

    /// <summary>Scales the gradient down to the norm allowed and takes the step.</summary>
    /// <param name="packed">what <see cref="Accumulate"/> gave</param>
    /// <param name="maxNorm">largest norm</param>
    /// <param name="learningRate">of this step</param>
    public void Apply(Tensor packed, double maxNorm, double learningRate)
    {
        using var scope = NewDisposeScope();
        FaultPoint.Reach(FaultPoint.Optimizer);
        Clipping.Scale(parameters.Gradient, packed[-1], maxNorm);
        optimizer.Step(learningRate);
    }
}

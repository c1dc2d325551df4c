using Alignment.Native;

using static TorchSharp.torch;

namespace Alignment.Training;

/// <summary>AdamW's numbers.</summary>
/// <param name="Beta1">decay of the first moment, in [0, 1)</param>
/// <param name="Beta2">decay of the second moment, in [0, 1)</param>
/// <param name="Epsilon">added to the root of the second moment, above 0</param>
public sealed record AdamWOptions(double Beta1 = 0.9, double Beta2 = 0.999, double Epsilon = 1e-8);

/// <summary>
/// AdamW (Loshchilov and Hutter 2019; as torch.optim.AdamW) on flat buffers: one fused call per group. Decay and the factor of the
/// learning rate are the group's.
/// </summary>
public sealed class AdamW : IDisposable
{
    private readonly FlatParameters _parameters;
    private readonly AdamWOptions _options;

    /// <summary>Moments of zero, before the first step.</summary>
    public AdamW(FlatParameters parameters, AdamWOptions options)
    {
        _parameters = parameters;
        _options = options;
        FirstMoments = zeros_like(parameters.Master).DetachFromDisposeScope();
        SecondMoments = zeros_like(parameters.Master).DetachFromDisposeScope();
    }

    /// <summary>[n] as the master</summary>
    public Tensor FirstMoments { get; }

    /// <summary>[n] as the master</summary>
    public Tensor SecondMoments { get; }

    /// <summary>Steps taken so far; set it when a checkpoint is read.</summary>
    public long StepCount { get; set; }

    /// <summary>One step on <see cref="FlatParameters.Gradient"/>, then the master is copied into the compute buffer. Reads nothing back.</summary>
    /// <param name="learningRate">of this step</param>
    public void Step(double learningRate)
    {
        StepCount++;
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        Tensor step = full([], (double)StepCount, dtype: ScalarType.Float32, device: _parameters.Master.device); // []
        foreach (ParameterRange range in _parameters.Ranges)
        {
            Ops.FusedAdamW(
                Range(_parameters.Master, range), Range(_parameters.Gradient, range), Range(FirstMoments, range), Range(SecondMoments, range), step,
                learningRate * range.Group.LearningRateFactor, _options.Beta1, _options.Beta2, range.Group.WeightDecay, _options.Epsilon);
        }

        _parameters.PublishMaster();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        FirstMoments.Dispose();
        SecondMoments.Dispose();
    }

    private static Tensor Range(Tensor flat, ParameterRange range) => flat.narrow(0, range.Offset, range.Count);
}

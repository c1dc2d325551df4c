using Alignment.Checkpoints;

using static TorchSharp.torch;

namespace Alignment.Models;

/// <summary>Weights without values on the meta device: what a model of a configuration would hold.</summary>
/// <param name="dtype">of the weights</param>
public sealed class MetaWeights(ScalarType dtype) : IWeightSource
{
    /// <inheritdoc/>
    public Weight Get(string name, long[] shape, WeightKind kind) => new(name, empty(shape, dtype: dtype, device: META));
}

/// <summary>New weights as transformers starts them: matrices normal with <paramref name="deviation"/>, scales 1, biases 0.</summary>
/// <param name="generator">gives the numbers; drawn in fp32 on its device, in the order of the names asked for</param>
/// <param name="deviation">initializer_range</param>
/// <param name="dtype">of the weights</param>
/// <param name="device">where they stand</param>
public sealed class RandomWeights(Generator generator, double deviation, ScalarType dtype, Device device) : IWeightSource
{
    /// <inheritdoc/>
    public Weight Get(string name, long[] shape, WeightKind kind)
    {
        using var scope = NewDisposeScope();
        Tensor value = empty(shape, dtype: ScalarType.Float32, device: generator.device);
        _ = kind switch
        {
            WeightKind.Matrix => value.normal_(0, deviation, generator),
            WeightKind.Scale => value.fill_(1),
            _ => value.zero_(),
        };
        return new Weight(name, value.to(dtype, device));
    }
}

/// <summary>Weights of a checkpoint whose names and shapes were checked before.</summary>
/// <param name="checkpoint">where they are read from</param>
/// <param name="dtype">dtype to compute in</param>
/// <param name="device">where they stand</param>
public sealed class CheckpointWeights(ICheckpoint checkpoint, ScalarType dtype, Device device) : IWeightSource
{
    /// <inheritdoc/>
    public Weight Get(string name, long[] shape, WeightKind kind)
    {
        Tensor value = checkpoint.Read(name, dtype, device);
        return new Weight(name, value);
    }
}

using static TorchSharp.torch;

namespace Alignment.Models;

/// <summary>The language model head. Apart from the decoder, because training never needs all logits.</summary>
/// <param name="weight">[V, D]; the embedding where the head is tied</param>
/// <param name="bias">[V], or null</param>
/// <param name="tied">whether the weight is the embedding</param>
public sealed class Head(Weight weight, Weight? bias, bool tied)
{
    /// <summary>[V, D]</summary>
    public Weight Weight { get; } = weight;

    /// <summary>[V], or null.</summary>
    public Weight? Bias { get; } = bias;

    /// <summary>Where an adapter of the head stands; its map is weight and bias until then.</summary>
    public LinearSlot Slot { get; } = new("lm_head", new Linear(weight, bias));

    /// <summary>Whether the weight is the decoder's embedding.</summary>
    public bool Tied { get; } = tied;

    /// <summary>Final logits.</summary>
    /// <param name="hidden">[..., D]</param>
    /// <returns>[..., V], fp32; fp64 where the hidden states are fp64</returns>
    public Tensor Logits(Tensor hidden)
    {
        Tensor logits = Slot.Forward(hidden); // [..., V]
        return logits.dtype is ScalarType.Float32 or ScalarType.Float64 ? logits : logits.to(ScalarType.Float32);
    }
}

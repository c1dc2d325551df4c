using static TorchSharp.torch;

using Functional = TorchSharp.torch.nn.functional;

namespace Alignment.Models;

/// <summary>A linear map of the decoder. Adapters are linear maps around another one.</summary>
public abstract class LinearMap
{
    /// <summary>Applies the map.</summary>
    /// <param name="x">[..., in]</param>
    /// <returns>[..., out], dtype of <paramref name="x"/></returns>
    public abstract Tensor Forward(Tensor x);
}

/// <summary>x W^T + b.</summary>
/// <param name="weight">[out, in]</param>
/// <param name="bias">[out], or null</param>
public sealed class Linear(Weight weight, Weight? bias) : LinearMap
{
    /// <summary>[out, in]</summary>
    public Weight Weight { get; } = weight;

    /// <summary>[out], or null.</summary>
    public Weight? Bias { get; } = bias;

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => Functional.linear(x, Weight.Value, Bias?.Value);
}

/// <summary>A place of the decoder where a linear map stands; an adapter replaces <see cref="Map"/>.</summary>
/// <param name="path">the module's path in the checkpoint, such as <c>model.layers.0.self_attn.q_proj</c></param>
/// <param name="map">the map of the checkpoint</param>
public sealed class LinearSlot(string path, LinearMap map)
{
    /// <summary>The module's path in the checkpoint.</summary>
    public string Path { get; } = path;

    /// <summary>The map in use.</summary>
    public LinearMap Map { get; set; } = map;

    /// <summary>Applies the map in use.</summary>
    /// <param name="x">[..., in]</param>
    /// <returns>[..., out]</returns>
    public Tensor Forward(Tensor x) => Map.Forward(x);
}

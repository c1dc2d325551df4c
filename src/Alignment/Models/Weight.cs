using static TorchSharp.torch;

namespace Alignment.Models;

/// <summary>
/// One tensor of the checkpoint under the checkpoint's name. The holder stays, its value may be replaced (training rebinds
/// it to a view of one flat buffer; an adapter merges into it). It lives outside every dispose scope.
/// </summary>
public sealed class Weight
{
    private Tensor _value;

    /// <summary>Takes over <paramref name="value"/>: it leaves the current dispose scope.</summary>
    /// <param name="name">as in the checkpoint</param>
    /// <param name="value">a leaf tensor of any shape</param>
    public Weight(string name, Tensor value)
    {
        Name = name;
        _value = value.DetachFromDisposeScope();
    }

    /// <summary>The checkpoint's name, such as <c>model.layers.0.mlp.up_proj.weight</c>.</summary>
    public string Name { get; }

    /// <summary>The tensor in use. Setting it takes over the new tensor and leaves the old one to whoever set it.</summary>
    public Tensor Value
    {
        get => _value;
        set => _value = value.DetachFromDisposeScope();
    }

    /// <summary>The shape of <see cref="Value"/>.</summary>
    public long[] Shape => _value.shape;
}

using Alignment.Models;

using static TorchSharp.torch;

using Functional = TorchSharp.torch.nn.functional;

namespace Alignment.Adapters;

/// <summary>
/// LoRA (Hu et al. 2021) around a linear map: base(x) + scale · B(A(dropout(x))). The base's weight stays frozen; A and B train.
/// </summary>
public sealed class LoraLinear : LinearMap
{
    private readonly LoraSwitch _switch;
    private readonly double _dropout;

    /// <summary>Wraps a map.</summary>
    /// <param name="inner">the checkpoint's map</param>
    /// <param name="a">[r, in]</param>
    /// <param name="b">[out, r]</param>
    /// <param name="scaling">factor of B·A</param>
    /// <param name="dropout">share of inputs set to 0 in training</param>
    /// <param name="state">shared by all adapters of a model: on or off, training or not</param>
    internal LoraLinear(Linear inner, Weight a, Weight b, double scaling, double dropout, LoraSwitch state)
    {
        Inner = inner;
        A = a;
        B = b;
        Scaling = scaling;
        _dropout = dropout;
        _switch = state;
    }

    /// <summary>The map of the checkpoint.</summary>
    public Linear Inner { get; }

    /// <summary>[r, in]</summary>
    public Weight A { get; }

    /// <summary>[out, r]</summary>
    public Weight B { get; }

    /// <summary>Factor of B·A.</summary>
    public double Scaling { get; }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x)
    {
        if (!_switch.Enabled)
        {
            return Inner.Forward(x);
        }

        Tensor a = A.Value.to(x.dtype); // [r, in]
        Tensor b = B.Value.to(x.dtype); // [out, r]
        if (_dropout > 0 && _switch.Training)
        {
            Tensor low = Functional.linear(Functional.dropout(x, _dropout, training: true), a) * Scaling; // [..., r]
            return Inner.Forward(x) + Functional.linear(low, b);
        }

        return LoraFunction.Apply(x, a, b, Inner, Scaling);
    }

    /// <summary>scale · B · A in fp32 (fp64 for fp64), [out, in].</summary>
    public Tensor Delta()
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        ScalarType wide = A.Value.dtype == ScalarType.Float64 ? ScalarType.Float64 : ScalarType.Float32;
        return (B.Value.to(wide).mm(A.Value.to(wide)) * Scaling).MoveToOuterDisposeScope();
    }
}

/// <summary>What all adapters of one model share.</summary>
internal sealed class LoraSwitch
{
    /// <summary>False: every map is the checkpoint's again (the reference of a preference loss).</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>True: dropout is on.</summary>
    public bool Training { get; set; }
}

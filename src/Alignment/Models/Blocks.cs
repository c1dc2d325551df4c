using Alignment.Models.Functions;

using static TorchSharp.torch;

using Functional = TorchSharp.torch.nn.functional;

namespace Alignment.Models;

/// <summary>What is the same for every block of one forward pass.</summary>
/// <param name="Layout">who stands where and sees what</param>
/// <param name="Cos">[N, T, 1, hd/2]</param>
/// <param name="Sin">[N, T, 1, hd/2]</param>
/// <param name="State">keys and values so far, or null</param>
internal sealed record Pass(TokenLayout Layout, Tensor Cos, Tensor Sin, ISequenceState? State);

/// <summary>Root-mean-square norm, fp32 inside (https://arxiv.org/abs/1910.07467).</summary>
internal sealed class RmsNorm(Weight scale, double epsilon)
{
    public Tensor Forward(Tensor x) => RmsNormFunction.Apply(x, scale.Value, epsilon);
}

/// <summary>Grouped-query attention with rotary positions.</summary>
internal sealed class AttentionBlock(int layer, DecoderConfig config, LinearSlot query, LinearSlot key, LinearSlot value, LinearSlot output)
{
    public Tensor Forward(Tensor x, Pass pass)
    {
        (long n, long t) = (x.shape[0], x.shape[1]);
        Tensor q = RotateFunction.Apply(query.Forward(x).view(n, t, config.Heads, config.HeadSize), pass.Cos, pass.Sin); // [N, T, H, hd]
        Tensor k = RotateFunction.Apply(key.Forward(x).view(n, t, config.KeyValueHeads, config.HeadSize), pass.Cos, pass.Sin);
        Tensor v = value.Forward(x).view(n, t, config.KeyValueHeads, config.HeadSize);
        return output.Forward(Attend(q, k, v, pass).reshape(n, t, config.Heads * config.HeadSize)); // [N, T, D]
    }

    private Tensor Attend(Tensor q, Tensor k, Tensor v, Pass pass)
    {
        if (pass.State is null)
        {
            return Attention.BySegments(q, k, v, pass.Layout);
        }

        (Tensor keys, Tensor values) = pass.State.Append(layer, k.transpose(1, 2), v.transpose(1, 2));
        return pass.State.IsFresh ? Attention.BySegments(q, k, v, pass.Layout) : Attention.OverState(q, keys, values, pass.State.Mask);
    }
}

/// <summary>Gated feed-forward layer: down(act(gate x) · up x).</summary>
internal sealed class FeedForward(Activation activation, LinearSlot gate, LinearSlot up, LinearSlot down)
{
    public Tensor Forward(Tensor x) => down.Forward(Gate(gate.Forward(x), up.Forward(x)));

    private Tensor Gate(Tensor g, Tensor u) => activation == Activation.Silu ? GatedSiluFunction.Apply(g, u) : Activate(g).mul(u);

    private Tensor Activate(Tensor x) => activation switch
    {
        Activation.Gelu => Functional.gelu(x),
        Activation.GeluTanh => Functional.gelu(x, TorchSharp.Modules.GELU.Approximate.tanh),
        Activation.Relu => Functional.relu(x),
        _ => throw new ArgumentOutOfRangeException(nameof(x), activation, "no such activation"),
    };
}

/// <summary>x + attention(norm x), then x + feed-forward(norm x).</summary>
internal sealed class Block(RmsNorm attentionNorm, AttentionBlock attention, RmsNorm feedForwardNorm, FeedForward feedForward)
{
    public Tensor Forward(Tensor x, Pass pass)
    {
        using var scope = NewDisposeScope();
        x = x + attention.Forward(attentionNorm.Forward(x), pass); // [N, T, D]
        x = x + feedForward.Forward(feedForwardNorm.Forward(x));
        return scope.MoveToOuter(x);
    }
}

using Alignment.Native;

using static TorchSharp.torch;

using Functional = TorchSharp.torch.nn.functional;

namespace Alignment.Models.Functions;

/// <summary>silu(gate) · up. Keeps its two arguments only.</summary>
internal sealed class GatedSiluFunction : GuardedFunction<GatedSiluFunction>
{
    /// <summary>Applies the gate.</summary>
    /// <param name="gate">[..., F]</param>
    /// <param name="up">[..., F]</param>
    public static Tensor Apply(Tensor gate, Tensor up) => is_grad_enabled() ? apply(gate, up) : Functional.silu(gate).mul_(up);

    /// <inheritdoc/>
    protected override Tensor Forward(autograd.AutogradContext context, object[] arguments, List<Tensor> saved)
    {
        (Tensor gate, Tensor up) = ((Tensor)arguments[0], (Tensor)arguments[1]);
        saved.AddRange([gate, up]);
        return Functional.silu(gate).mul_(up);
    }

    /// <inheritdoc/>
    protected override List<Tensor?> Backward(autograd.AutogradContext context, List<Tensor> saved, Tensor gradient)
    {
        (Tensor gate, Tensor up) = (saved[0], saved[1]);
        return [Ops.SiluBackward(gradient.mul(up), gate), Functional.silu(gate).mul_(gradient)];
    }

    /// <inheritdoc/>
    protected override IEnumerable<Tensor?> Arguments(List<Tensor> saved, Tensor gradient) => saved;
}

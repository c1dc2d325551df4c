using static TorchSharp.torch;

namespace Alignment.Models.Functions;

/// <summary>Rotary embedding: the pair (x[i], x[i + hd/2]) of a head turns by the token's angle i. Keeps the angles only: the backward turns the other way.</summary>
internal sealed class RotateFunction : GuardedFunction<RotateFunction>
{
    /// <summary>Rotates.</summary>
    /// <param name="x">[N, T, heads, hd]</param>
    /// <param name="cos">[N, T, 1, hd/2]</param>
    /// <param name="sin">[N, T, 1, hd/2]</param>
    public static Tensor Apply(Tensor x, Tensor cos, Tensor sin) => is_grad_enabled() ? apply(x, cos, sin) : Turn(x, cos, sin, 1);

    /// <inheritdoc/>
    protected override Tensor Forward(autograd.AutogradContext context, object[] arguments, List<Tensor> saved)
    {
        (Tensor x, Tensor cos, Tensor sin) = ((Tensor)arguments[0], (Tensor)arguments[1], (Tensor)arguments[2]);
        saved.AddRange([cos, sin]);
        return Turn(x, cos, sin, 1);
    }

    /// <inheritdoc/>
    protected override List<Tensor?> Backward(autograd.AutogradContext context, List<Tensor> saved, Tensor gradient) =>
        [Turn(gradient, saved[0], saved[1], -1), null, null];

    /// <inheritdoc/>
    protected override IEnumerable<Tensor?> Arguments(List<Tensor> saved, Tensor gradient) => [gradient, null, null];

    private static Tensor Turn(Tensor x, Tensor cos, Tensor sin, double direction)
    {
        long half = x.shape[^1] / 2;
        (Tensor first, Tensor second) = (x.narrow(-1, 0, half), x.narrow(-1, half, half)); // [N, T, heads, hd/2]
        return cat([first.mul(cos).addcmul_(second, sin, -direction), second.mul(cos).addcmul_(first, sin, direction)], -1);
    }
}

using static TorchSharp.torch;

namespace Alignment.Training;

/// <summary>Gradient clipping by the norm of the whole flat gradient (as torch's <c>clip_grad_norm_</c>), without reading anything back.</summary>
public static class Clipping
{
    private const long Block = 1 << 11;
    private const double Guard = 1e-6;

    /// <summary>The norm over all elements. Blocks are summed apart, so that fp32 stays exact to some 1e-6 on a hundred million elements.</summary>
    /// <param name="gradient">[n], n at least 1</param>
    /// <param name="order">2, 1, or infinity for the largest absolute value</param>
    /// <returns>[] fp64; not finite where the gradient is not</returns>
    public static Tensor Norm(Tensor gradient, double order = 2)
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        long whole = gradient.shape[0] / Block * Block;
        List<Tensor> parts = [];
        if (whole > 0)
        {
            parts.Add(gradient.narrow(0, 0, whole).view(-1, Block).norm(1, keepdim: false, p: (float)order));
        }

        if (whole < gradient.shape[0])
        {
            parts.Add(gradient.narrow(0, whole, gradient.shape[0] - whole).norm(0, keepdim: true, p: (float)order));
        }

        Tensor blocks = cat(parts).to(ScalarType.Float64); // [blocks]
        return blocks.norm(0, keepdim: false, p: (float)order).MoveToOuterDisposeScope();
    }

    /// <summary>In place: g *= min(1, maxNorm / (norm + 1e-6)).</summary>
    /// <param name="gradient">[n]</param>
    /// <param name="norm">[] of <see cref="Norm"/></param>
    /// <param name="maxNorm">above 0, in the gradient's unit</param>
    public static void Scale(Tensor gradient, Tensor norm, double maxNorm)
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        gradient.mul_(Factor(norm, maxNorm).to(gradient.dtype));
    }

    /// <summary>The factor min(1, maxNorm / (norm + 1e-6)), [] fp64.</summary>
    public static Tensor Factor(Tensor norm, double maxNorm) => ((norm + Guard).reciprocal() * maxNorm).clamp_max(1);
}

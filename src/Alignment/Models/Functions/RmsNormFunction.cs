using static TorchSharp.torch;

namespace Alignment.Models.Functions;

/// <summary>
/// y = x / √(mean(x²) + ε) · w, fp32 inside. Keeps x and one number per token (the composed operator keeps two fp32 copies of x).
/// </summary>
internal sealed class RmsNormFunction : GuardedFunction<RmsNormFunction>
{
    /// <summary>Applies the norm.</summary>
    /// <param name="x">[..., D]</param>
    /// <param name="weight">[D]</param>
    /// <param name="epsilon">added to the mean square</param>
    public static Tensor Apply(Tensor x, Tensor weight, double epsilon) => is_grad_enabled() ? apply(x, weight, epsilon) : Value(x, weight, epsilon).Result;

    /// <inheritdoc/>
    protected override Tensor Forward(autograd.AutogradContext context, object[] arguments, List<Tensor> saved)
    {
        (Tensor x, Tensor weight, double epsilon) = ((Tensor)arguments[0], (Tensor)arguments[1], (double)arguments[2]);
        (Tensor result, Tensor scale) = Value(x, weight, epsilon);
        saved.AddRange([x, weight, scale]);
        return result;
    }

    /// <inheritdoc/>
    protected override List<Tensor?> Backward(autograd.AutogradContext context, List<Tensor> saved, Tensor gradient)
    {
        (Tensor x, Tensor weight, Tensor scale) = (saved[0], saved[1], saved[2]);
        Tensor normed = Exact(x).mul(scale); // [..., D]
        Tensor exact = Exact(gradient);
        Tensor? ofWeight = weight.requires_grad ? exact.mul(normed).flatten(0, -2).sum(new long[] { 0 }).to(weight.dtype) : null;
        Tensor scaled = exact.mul(weight);
        Tensor along = scaled.mul(normed).mean([-1], true); // [..., 1]
        Tensor ofX = scaled.sub_(normed.mul_(along)).mul_(scale);
        return [ofX.to(x.dtype), ofWeight, null];
    }

    /// <inheritdoc/>
    protected override IEnumerable<Tensor?> Arguments(List<Tensor> saved, Tensor gradient) => [saved[0], saved[1], null];

    private static (Tensor Result, Tensor Scale) Value(Tensor x, Tensor weight, double epsilon)
    {
        Tensor exact = Exact(x);
        Tensor scale = exact.mul(exact).mean([-1], true).add_(epsilon).rsqrt_(); // [..., 1]
        return (exact.mul(scale).mul_(weight).to(x.dtype), scale);
    }

    private static Tensor Exact(Tensor x) => x.dtype == ScalarType.Float64 ? x : x.to(ScalarType.Float32);
}

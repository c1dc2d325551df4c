using Alignment.Models;
using Alignment.Models.Functions;

using static TorchSharp.torch;

namespace Alignment.Adapters;

/// <summary>
/// inner(x) + low B^T with low = scale · x A^T, for a frozen inner map. Of plain operators it would make three tensors of the
/// output's size and two of the input's gradient; this makes one each, and keeps x and low only.
/// </summary>
internal sealed class LoraFunction : GuardedFunction<LoraFunction>
{
    private const string InnerKey = "inner", ScaleKey = "scale";

    /// <summary>Applies the map.</summary>
    /// <param name="x">[..., in]</param>
    /// <param name="a">[r, in]</param>
    /// <param name="b">[out, r]</param>
    /// <param name="inner">the checkpoint's map</param>
    /// <param name="scale">factor of B·A</param>
    /// <returns>[..., out]</returns>
    public static Tensor Apply(Tensor x, Tensor a, Tensor b, Linear inner, double scale) =>
        is_grad_enabled() ? apply(x, a, b, inner, scale) : Output(x, b, Low(x, a, scale), inner);

    /// <inheritdoc/>
    protected override Tensor Forward(autograd.AutogradContext context, object[] arguments, List<Tensor> saved)
    {
        (Tensor x, Tensor a, Tensor b, var inner, double scale) = ((Tensor)arguments[0], (Tensor)arguments[1], (Tensor)arguments[2], (Linear)arguments[3], (double)arguments[4]);
        context.save_data(InnerKey, inner);
        context.save_data(ScaleKey, scale);
        Tensor low = Low(x, a, scale); // [n, r]
        saved.AddRange([x, a, b, low]);
        return Output(x, b, low, inner);
    }

    /// <inheritdoc/>
    protected override List<Tensor?> Backward(autograd.AutogradContext context, List<Tensor> saved, Tensor gradient)
    {
        (Tensor x, Tensor a, Tensor b, Tensor low) = (saved[0], saved[1], saved[2], saved[3]);
        Tensor weight = ((Linear)context.get_data(InnerKey)).Weight.Value; // [out, in]
        Tensor rows = gradient.flatten(0, -2); // [n, out]
        Tensor lowGradient = rows.mm(b) * (double)context.get_data(ScaleKey); // [n, r]
        Tensor inputGradient = rows.mm(weight).addmm_(lowGradient, a, 1, 1).view(x.shape); // [..., in]
        return [inputGradient, lowGradient.t().mm(x.flatten(0, -2)), rows.t().mm(low), null, null];
    }

    /// <inheritdoc/>
    protected override IEnumerable<Tensor?> Arguments(List<Tensor> saved, Tensor gradient) => [.. saved[..3], null, null];

    private static Tensor Low(Tensor x, Tensor a, double scale) => x.flatten(0, -2).mm(a.t()) * scale; // [n, r]

    private static Tensor Output(Tensor x, Tensor b, Tensor low, Linear inner)
    {
        Tensor output = inner.Forward(x); // [..., out]
        output.view(-1, output.shape[^1]).addmm_(low, b.t(), 1, 1);
        return output;
    }
}

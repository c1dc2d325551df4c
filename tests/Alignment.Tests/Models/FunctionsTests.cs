using Alignment.Models;
using Alignment.Models.Functions;
using Alignment.Native;

using static TorchSharp.torch;

using Functional = TorchSharp.torch.nn.functional;

namespace Alignment.Tests.Models;

/// <summary>The steps with a backward of their own equal what autograd composes (fp64, so that mistakes cannot hide).</summary>
public sealed class FunctionsTests
{
    [Fact]
    public void RmsNorm_ValueAndGradients_EqualTheOperator()
    {
        using var scope = NewDisposeScope();
        Compare(
            x => RmsNormFunction.Apply(x[0], x[1], 1e-3), x => Ops.RmsNorm(x[0], x[1], 1e-3),
            Numbers(2, 3, 8), Numbers(8));
    }

    [Fact]
    public void GatedSilu_ValueAndGradients_EqualTheComposition()
    {
        using var scope = NewDisposeScope();
        Compare(x => GatedSiluFunction.Apply(x[0], x[1]), x => Functional.silu(x[0]) * x[1], Numbers(2, 3, 8), Numbers(2, 3, 8));
    }

    [Fact]
    public void Rotate_ValueAndGradient_EqualTheComposition()
    {
        using var scope = NewDisposeScope();
        using TokenLayout layout = TokenLayout.Plain(2, 5, CPU);
        (Tensor cos, Tensor sin) = Rope.Tables(new RopeConfig(), 8, 64, layout, ScalarType.Float64);
        Compare(
            x => RotateFunction.Apply(x[0], cos, sin),
            x => cat([x[0].narrow(-1, 0, 4) * cos - x[0].narrow(-1, 4, 4) * sin, x[0].narrow(-1, 4, 4) * cos + x[0].narrow(-1, 0, 4) * sin], -1),
            Numbers(2, 5, 3, 8));
    }

    [Theory]
    [InlineData(3, 150)]
    [InlineData(300, 5)]
    [InlineData(129, 128)]
    public void Attention_SharedAndPadded_EqualsTheFusedOperator(int prompt, int answer)
    {
        using var scope = NewDisposeScope();
        using TokenLayout layout = TokenLayout.SharedPrompt([(prompt, answer, answer + 1), (2, 1, 3)], prompt + 2 * answer + 4, CPU);
        int columns = layout.Columns;
        Compare(
            x => AttentionFunction.Apply(x[0], x[1], x[2], layout), x => Attention.Fused(x[0], x[1], x[2], layout),
            Numbers(2, columns, 4, 8), Numbers(2, columns, 2, 8), Numbers(2, columns, 2, 8));
    }

    [Fact]
    public void Backward_ThatFails_GivesNaNAndIsReported()
    {
        using var scope = NewDisposeScope();
        Tensor x = Numbers(3).requires_grad_(true);
        Failing.apply(x).SumAll().backward();

        Assert.True(x.grad!.isnan().all().item<bool>());
        Assert.Contains("as planned", Assert.Throws<InvalidOperationException>(BackwardFault.ThrowIfAny).Message, StringComparison.Ordinal);
        BackwardFault.ThrowIfAny();
    }

    [Fact]
    public void Backward_Gradients_AreFreedByTheNextOne()
    {
        using var scope = NewDisposeScope();
        Tensor x = Numbers(4, 8).requires_grad_(true), weight = Numbers(8);
        Tensor sum = RmsNormFunction.Apply(RmsNormFunction.Apply(x, weight, 1e-6), weight, 1e-6).SumAll();
        sum.backward();
        int waiting = BackwardFault.WaitingCount;
        BackwardFault.ThrowIfAny();

        Assert.InRange(waiting, 1, 3); // of the last node only: each frees what the one before gave
        Assert.Equal(0, BackwardFault.WaitingCount);
        Assert.False(x.grad!.isnan().any().item<bool>());
    }

    private static Tensor Numbers(params long[] shape)
    {
        using var numbers = new Generator((ulong)shape.Sum(), CPU);
        return randn(shape, dtype: ScalarType.Float64, device: CPU, generator: numbers);
    }

    private static void Compare(Func<Tensor[], Tensor> own, Func<Tensor[], Tensor> composed, params Tensor[] inputs)
    {
        (Tensor value, Tensor[] gradients) = Run(own);
        (Tensor expected, Tensor[] expectedGradients) = Run(composed);
        using (no_grad())
        {
            Near(own(inputs), expected);
        }

        Near(value, expected);
        for (int i = 0; i < inputs.Length; i++)
        {
            Near(gradients[i], expectedGradients[i]);
        }

        BackwardFault.ThrowIfAny();

        (Tensor, Tensor[]) Run(Func<Tensor[], Tensor> function)
        {
            Tensor[] leaves = [.. inputs.Select(x => x.detach().clone().requires_grad_(true))];
            Tensor result = function(leaves);
            result.backward([linspace(-1, 2, result.numel(), dtype: ScalarType.Float64, device: CPU).view(result.shape)]);
            return (result.detach(), [.. leaves.Select(leaf => leaf.grad!)]);
        }
    }

    private static void Near(Tensor actual, Tensor expected)
    {
        double difference = (actual - expected).abs().max().item<double>();
        Assert.True(difference < 1e-10, $"differs by {difference}");
    }

    private sealed class Failing : GuardedFunction<Failing>
    {
        protected override Tensor Forward(autograd.AutogradContext context, object[] arguments, List<Tensor> saved)
        {
            saved.Add((Tensor)arguments[0]);
            return ((Tensor)arguments[0]).mul(2);
        }

        protected override List<Tensor?> Backward(autograd.AutogradContext context, List<Tensor> saved, Tensor gradient) =>
            throw new InvalidDataException("as planned");

        protected override IEnumerable<Tensor?> Arguments(List<Tensor> saved, Tensor gradient) => saved;
    }
}

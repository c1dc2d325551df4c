using Alignment.Models;
using Alignment.Training;

using TorchSharp;

using static TorchSharp.torch;

namespace Alignment.Tests.Training;

public class FlatParametersTests
{
    [Fact]
    public void Create_SeveralWeights_MakesAlignedViewsWithGroupsTogether()
    {
        using var scope = NewDisposeScope();
        Weight[] weights = Weights(ScalarType.Float32);
        using FlatParameters flat = FlatParameters.Create(weights, ParameterGroup.ByDecay(0.1));
        Assert.Equal(["decay", "no_decay"], flat.Ranges.Select(range => range.Group.Name));
        Assert.Equal(["a.weight", "b.weight", "a.bias", "norm.weight"], flat.Views.Select(view => view.Weight.Name));
        Assert.Equal(flat.Ranges[0].Count, flat.Ranges[1].Offset);
        foreach (Weight weight in weights)
        {
            Assert.Equal(0, Address(weight.Value) % 64);
            using Tensor grad = weight.Value.grad!;
            Assert.Equal(0, Address(grad) % 64);
            Assert.True(weight.Value.requires_grad && weight.Value.is_leaf);
            Assert.Equal(Original(weight).Doubles(), weight.Value.Doubles());
        }

        Assert.Same(flat.Master, flat.Compute);
        Assert.Equal(3 * 5 + 4 * 3 + 3 + 5, flat.ParameterCount);
    }

    [Fact]
    public void Backward_InBf16_IsCollectedIntoFp32AcrossMicroBatches()
    {
        using var scope = NewDisposeScope();
        Weight[] weights = Weights(ScalarType.Float32);
        using FlatParameters flat = FlatParameters.Create(weights, ParameterGroup.ByDecay(0), ScalarType.BFloat16);
        Assert.Equal(ScalarType.BFloat16, weights[0].Value.dtype);
        Assert.Equal(Original(weights[0]).Doubles(), flat.MasterOf(weights[0])!.Doubles()); // not rounded
        for (int micro = 0; micro < 3; micro++)
        {
            (weights[0].Value * (micro == 0 ? 256 : 1)).sum(new long[] { 0, 1 }).backward();
            flat.CollectGradients();
        }

        Assert.All(flat.GradientOf(weights[0])!.Doubles(), value => Assert.Equal(258, value)); // 256 + 1 + 1 is 256 in bf16
        Assert.All(flat.GradientOf(weights[1])!.Doubles(), value => Assert.Equal(0, value));
        flat.ZeroGradients();
        Assert.All(flat.Gradient.Doubles(), value => Assert.Equal(0, value));
    }

    [Fact]
    public void GradientOf_FrozenWeight_IsNull()
    {
        using var scope = NewDisposeScope();
        Weight[] weights = Weights(ScalarType.Float32);
        using FlatParameters flat = FlatParameters.Create(weights[..2], ParameterGroup.ByDecay(0));
        Assert.Null(flat.GradientOf(weights[2]));
        Assert.Null(flat.MasterOf(weights[2]));
        Assert.False(weights[2].Value.requires_grad);
    }

    [Fact]
    public void Create_WeightTwiceOrDtypesMixed_IsRefused()
    {
        using var scope = NewDisposeScope();
        Weight[] weights = Weights(ScalarType.Float32);
        Assert.Throws<ArgumentException>(() => FlatParameters.Create([weights[0], weights[0]], ParameterGroup.ByDecay(0)));
        Assert.Throws<ArgumentException>(() => FlatParameters.Create([weights[0], Weights(ScalarType.Float64)[1]], ParameterGroup.ByDecay(0)));
        Assert.Throws<ArgumentException>(() => FlatParameters.Create([], ParameterGroup.ByDecay(0)));
    }

    [Fact]
    public void Dispose_AfterTraining_LeavesOrdinaryWeights()
    {
        using var scope = NewDisposeScope();
        Weight[] weights = Weights(ScalarType.Float32);
        FlatParameters flat = FlatParameters.Create(weights, ParameterGroup.ByDecay(0));
        using (no_grad())
        {
            flat.Master.add_(1);
        }

        flat.Dispose();
        Assert.Equal((Original(weights[0]) + 1).Doubles(), weights[0].Value.Doubles());
        Assert.False(weights[0].Value.requires_grad);
    }

    [Fact]
    public void Step_ManyTimes_KeepsNoTensor()
    {
        using var scope = NewDisposeScope();
        Weight[] weights = Weights(ScalarType.Float32);
        using FlatParameters flat = FlatParameters.Create(weights, ParameterGroup.ByDecay(0.1), ScalarType.BFloat16);
        using var optimizer = new AdamW(flat, new AdamWOptions());
        long before = 0;
        for (int step = 0; step < 10; step++)
        {
            using var inner = NewDisposeScope();
            flat.ZeroGradients();
            (weights[0].Value * weights[0].Value).sum(new long[] { 0, 1 }).backward();
            flat.CollectGradients();
            Clipping.Scale(flat.Gradient, Clipping.Norm(flat.Gradient), 1);
            optimizer.Step(0.01);
            Assert.Equal(flat.MasterOf(weights[0])!.to(ScalarType.BFloat16).Doubles(), weights[0].Value.Doubles());
            before = step == 1 ? DisposeScopeManager.Statistics.ThreadTotalLiveCount : before;
            Assert.True(step <= 1 || DisposeScopeManager.Statistics.ThreadTotalLiveCount == before);
        }
    }

    [Fact]
    public void Step_ResumedFromItsState_IsBitEqual()
    {
        using var scope = NewDisposeScope();
        double[] whole = Train(0, 6, null).Last();
        List<double[]> state = Train(0, 3, null);
        Assert.Equal(whole, Train(3, 6, state).Last());
    }

    [Theory]
    [InlineData("model.layers.0.mlp.up_proj.weight", true)]
    [InlineData("model.embed_tokens.weight", true)]
    [InlineData("base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight", true)]
    [InlineData("model.layers.0.self_attn.q_proj.bias", false)]
    [InlineData("model.layers.0.input_layernorm.weight", false)]
    [InlineData("model.layers.0.self_attn.q_norm.weight", false)]
    [InlineData("model.norm.weight", false)]
    [InlineData("model.normal.weight", true)]
    public void Decays_ByName_FollowsTransformers(string name, bool decays) => Assert.Equal(decays, DecayRule.Decays(name));

    /// <summary>Steps with gradients that depend on the step; gives first moments, second moments and master.</summary>
    private static List<double[]> Train(int from, int to, List<double[]>? state)
    {
        using var scope = NewDisposeScope();
        using FlatParameters flat = FlatParameters.Create(Weights(ScalarType.Float32), ParameterGroup.ByDecay(0.1), ScalarType.BFloat16);
        using var optimizer = new AdamW(flat, new AdamWOptions()) { StepCount = from };
        Tensor[] buffers = [optimizer.FirstMoments, optimizer.SecondMoments, flat.Master];
        using var guard = no_grad();
        for (int i = 0; i < buffers.Length && state is not null; i++)
        {
            buffers[i].copy_(TensorValues.Vector(state[i]));
        }

        flat.PublishMaster();
        for (int step = from; step < to; step++)
        {
            flat.Gradient.copy_(TensorValues.Vector(Enumerable.Range(0, (int)flat.Gradient.shape[0]).Select(i => Math.Sin(i + 3.7 * step))));
            optimizer.Step(0.01);
        }

        return [.. buffers.Select(buffer => buffer.Doubles())];
    }

    private static unsafe long Address(Tensor tensor)
    {
        fixed (byte* first = tensor.bytes)
        {
            return (long)first;
        }
    }

    private static Weight[] Weights(ScalarType dtype) =>
        [New("a.weight", [3, 5], dtype), New("a.bias", [3], dtype), New("b.weight", [4, 3], dtype), New("norm.weight", [5], dtype)];

    private static Weight New(string name, long[] shape, ScalarType dtype) => new(name, Values(name, shape).to(dtype));

    private static Tensor Original(Weight weight) => Values(weight.Name, weight.Shape).to(ScalarType.Float32);

    private static Tensor Values(string name, long[] shape)
    {
        long count = shape.Aggregate(1L, (product, n) => product * n);
        return tensor(Enumerable.Range(0, (int)count).Select(i => Math.Sin(i + name.Length)).ToArray(), shape, device: CPU);
    }
}

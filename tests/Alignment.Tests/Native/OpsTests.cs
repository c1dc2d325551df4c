using Alignment.Native;

using static TorchSharp.torch;

namespace Alignment.Tests.Native;

public class OpsTests
{
    [Fact]
    public void RmsNorm_EqualsTheComposedFormWithGradients()
    {
        using var scope = NewDisposeScope();
        Tensor x = arange(12, dtype: ScalarType.Float64, device: CPU).reshape(3, 4).requires_grad_(true);
        Tensor w = arange(1, 5, dtype: ScalarType.Float64, device: CPU).requires_grad_(true);
        Tensor y = Ops.RmsNorm(x, w, 1e-6);
        y.square().SumAll().backward();
        Tensor xs = x.detach().requires_grad_(true);
        Tensor ws = w.detach().requires_grad_(true);
        Tensor expected = xs * rsqrt(xs.square().mean([-1], keepdim: true) + 1e-6) * ws;
        expected.square().SumAll().backward();

        Assert.True(allclose(y, expected, 1e-12, 1e-12));
        Assert.True(allclose(x.grad!, xs.grad!, 1e-9, 1e-12));
        Assert.True(allclose(w.grad!, ws.grad!, 1e-9, 1e-12));
    }

    [Fact]
    public void Embedding_GivesRowsAndAddsGradientsOfRepeatedIds()
    {
        using var scope = NewDisposeScope();
        Tensor weight = arange(6, dtype: ScalarType.Float32, device: CPU).reshape(3, 2).requires_grad_(true);
        Tensor rows = Ops.Embedding(weight, tensor(new long[] { 2, 0, 2 }, device: CPU));
        rows.SumAll().backward();

        Assert.Equal([4f, 5f, 0f, 1f, 4f, 5f], rows.data<float>().ToArray());
        Assert.Equal([1f, 1f, 0f, 0f, 2f, 2f], weight.grad!.data<float>().ToArray());
    }

    [Theory]
    [InlineData(true, null)]
    [InlineData(false, null)]
    [InlineData(true, 0.5)]
    public void Attention_WithGroupedHeads_EqualsRepeatedHeads(bool causal, double? scale)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(1, CPU);
        Tensor q = randn([2, 4, 5, 8], dtype: ScalarType.Float64, device: CPU, generator: generator);
        Tensor k = randn([2, 2, 5, 8], dtype: ScalarType.Float64, device: CPU, generator: generator);
        Tensor v = randn([2, 2, 5, 8], dtype: ScalarType.Float64, device: CPU, generator: generator);
        Tensor grouped = Ops.Attention(q, k, v, null, causal, scale);
        Tensor scores = q.matmul(k.repeat_interleave(2, 1).transpose(-2, -1)) * (scale ?? 1 / Math.Sqrt(8));
        Tensor future = ones([5, 5], dtype: ScalarType.Bool, device: CPU).triu(1);
        scores = causal ? scores.masked_fill(future, double.NegativeInfinity) : scores;

        Assert.True(allclose(grouped, scores.softmax(-1).matmul(v.repeat_interleave(2, 1)), 1e-10, 1e-12));
    }

    [Fact]
    public void FusedAdamW_OneStep_EqualsTheFormula()
    {
        using var scope = NewDisposeScope();
        Tensor p = tensor(new[] { 1f, -2f }, device: CPU);
        Tensor g = tensor(new[] { 0.5f, 0.25f }, device: CPU);
        Tensor m = zeros_like(p);
        Tensor v = zeros_like(p);
        Ops.FusedAdamW(p, g, m, v, tensor(1f, device: CPU), 0.1, 0.9, 0.999, 0.01, 1e-8);

        // After one step the bias-corrected moments are g and g²: p·(1 − lr·wd) − lr·g/(|g| + eps).
        Assert.Equal([1f * 0.999f - 0.1f, -2f * 0.999f - 0.1f], p.data<float>().ToArray(), (a, b) => Math.Abs(a - b) < 1e-6);
    }

    [Fact]
    public void Results_JoinTheCurrentScope()
    {
        using var outer = NewDisposeScope();
        Tensor weight = ones([3, 2], device: CPU);
        Tensor ids = zeros([4], dtype: ScalarType.Int64, device: CPU);
        Tensor result;
        using (NewDisposeScope())
        {
            result = Ops.Embedding(weight, ids);
        }

        Assert.True(result.IsInvalid);
    }
}

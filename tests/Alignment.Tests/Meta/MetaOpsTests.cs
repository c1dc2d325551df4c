using Alignment.Native;

using static TorchSharp.torch;

namespace Alignment.Tests.Meta;

/// <summary>The typed operators run on the meta device, forward and backward.</summary>
public class MetaOpsTests
{
    public MetaOpsTests() => MetaKernels.Install();

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.BFloat16)]
    public void Operators_OnMeta_GiveShapesAndGradients(ScalarType dtype)
    {
        using var scope = NewDisposeScope();
        Tensor weight = empty([20, 8], dtype: dtype, device: META).requires_grad_(true);
        Tensor norm = empty([8], dtype: dtype, device: META).requires_grad_(true);
        Tensor ids = zeros([2, 6], dtype: ScalarType.Int64, device: META);
        Tensor x = Ops.RmsNorm(Ops.Embedding(weight, ids), norm, 1e-5); // [2, 6, 8]
        Tensor q = x.view(2, 6, 4, 2).transpose(1, 2); // [2, 4, 6, 2]
        Tensor kv = x[.., .., ..4].reshape(2, 6, 2, 2).transpose(1, 2); // [2, 2, 6, 2]
        Tensor y = Ops.Attention(q, kv, kv, null, causal: true);
        y.SumAll().backward();

        Assert.Equal([2, 4, 6, 2], y.shape);
        Assert.Equal([20, 8], weight.grad!.shape);
        Assert.Equal([8], norm.grad!.shape);
    }
}

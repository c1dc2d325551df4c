using Alignment.Native;

using static TorchSharp.torch;

namespace Alignment.Tests;

public class NativeTests
{
    [Fact]
    public void RmsNorm_OnOnes_IsTheWeight()
    {
        using var scope = NewDisposeScope();
        Tensor x = ones(2, 4);
        Tensor w = arange(4, dtype: ScalarType.Float32).requires_grad_(true);
        Tensor y = Ops.RmsNorm(x, w, 0);
        y.SumAll().backward();
        Assert.Equal([0f, 1f, 2f, 3f], y[0].data<float>().ToArray());
        Assert.Equal([2f, 2f, 2f, 2f], w.grad!.data<float>().ToArray());
    }
}

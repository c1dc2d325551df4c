using Alignment.Training;

using static TorchSharp.torch;

namespace Alignment.Tests.Training;

public class ClippingTests
{
    [Fact]
    public void Norm_MillionsOfFp32Elements_IsThatOfFp64()
    {
        using var scope = NewDisposeScope();
        Tensor gradient = full(5_000_003, 0.1f, dtype: ScalarType.Float32, device: CPU);
        double exact = Math.Sqrt(5_000_003.0) * 0.1f;
        Assert.Equal(exact, Clipping.Norm(gradient).Double(), exact * 1e-6);
    }

    [Theory]
    [InlineData(1e9, 1)]
    [InlineData(1, 1.0 / (5 + 1e-6))]
    public void Scale_NormOfFive_MultipliesOnlyWhenItIsTooLarge(double maxNorm, double factor)
    {
        using var scope = NewDisposeScope();
        Tensor gradient = TensorValues.Vector([3, 4]);
        Clipping.Scale(gradient, Clipping.Norm(gradient), maxNorm);
        Assert.Equal([3 * factor, 4 * factor], gradient.Doubles());
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Norm_OneElementNotFinite_IsNotFinite(float value)
    {
        using var scope = NewDisposeScope();
        Tensor gradient = zeros(200_000, dtype: ScalarType.Float32, device: CPU);
        gradient[70_000] = value;
        Assert.False(double.IsFinite(Clipping.Norm(gradient).Double()));
    }
}

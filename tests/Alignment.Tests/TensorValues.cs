using static TorchSharp.torch;

namespace Alignment.Tests;

/// <summary>Numbers of tensors, for comparisons.</summary>
internal static class TensorValues
{
    public static double[] Doubles(this Tensor tensor)
    {
        using var scope = NewDisposeScope();
        return tensor.detach().to(ScalarType.Float64).cpu().contiguous().data<double>().ToArray();
    }

    public static double Double(this Tensor tensor) => tensor.Doubles().Single();

    public static Tensor Vector(IEnumerable<double> values, ScalarType dtype = ScalarType.Float64) =>
        tensor(values.ToArray(), dtype: dtype, device: CPU);

    /// <summary>The largest absolute difference over the largest absolute entry of the second.</summary>
    public static double RelativeToLargest(Tensor actual, Tensor expected)
    {
        Assert.Equal(expected.shape, actual.shape);
        double[] a = actual.Doubles();
        double[] e = expected.Doubles();
        double largest = e.Max(Math.Abs);
        double difference = a.Zip(e, (x, y) => Math.Abs(x - y)).Max();
        return difference == 0 ? 0 : difference / largest;
    }
}

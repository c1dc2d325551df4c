using static TorchSharp.torch;

namespace Alignment.Native;

/// <summary>
/// The one way to sum a whole tensor. TorchSharp's <c>sum(ScalarType?)</c> is banned, because <c>t.sum(0)</c> binds to it
/// silently (0 converts to the dtype Byte) and gives a byte scalar. Sums over dimensions are written <c>t.sum(new long[] { d })</c>.
/// </summary>
public static class Sums
{
    /// <summary>The sum of all elements, in the tensor's own dtype.</summary>
    /// <param name="tensor">of any shape</param>
    /// <returns>[]</returns>
#pragma warning disable RS0030 // The one allowed use.
    public static Tensor SumAll(this Tensor tensor) => tensor.sum();
#pragma warning restore RS0030
}

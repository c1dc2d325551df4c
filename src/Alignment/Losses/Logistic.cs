using static TorchSharp.torch;

namespace Alignment.Losses;

/// <summary>The logistic function's logarithm, safe at any size of its argument and made of operators that every device has.</summary>
internal static class Logistic
{
    /// <summary>log(1 / (1 + exp(−z))) = min(z, 0) − log(1 + exp(−|z|)).</summary>
    /// <param name="z">any shape</param>
    public static Tensor LogSigmoid(Tensor z)
    {
        Tensor low = z.clamp_max(0);
        return low - (low * 2 - z).exp().log1p();
    }
}

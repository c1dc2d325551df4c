using System.Diagnostics;

using static TorchSharp.torch;

namespace Alignment.Benchmarks.Training;

/// <summary>What this machine reaches at best: square products in the same dtype and process.</summary>
internal static class PeakFlops
{
    /// <summary>Floating-point operations per second, the best of sizes 1024, 2048 and 4096.</summary>
    public static double Measure(ScalarType dtype)
    {
        double best = 0;
        foreach (long size in new long[] { 1024, 2048, 4096 })
        {
            using var guard = no_grad();
            using var scope = NewDisposeScope();
            Tensor a = ones([size, size], dtype: dtype, device: CPU);
            Tensor b = ones([size, size], dtype: dtype, device: CPU);
            a.mm(b);
            for (int repeat = 0; repeat < 3; repeat++)
            {
                long started = Stopwatch.GetTimestamp();
                a.mm(b);
                best = Math.Max(best, 2.0 * size * size * size / Stopwatch.GetElapsedTime(started).TotalSeconds);
            }
        }

        return best;
    }
}

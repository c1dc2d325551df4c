using static TorchSharp.torch;

namespace Alignment.Training;

/// <summary>The softmax part of <see cref="CompletionLogps"/>, in place and in blocks of rows that stay in the processor's cache.</summary>
internal static class TokenSoftmax
{
    private const long BlockElements = 1 << 20;

    /// <summary>The dtype of the softmax for logits of a dtype: fp32, or fp64 for fp64.</summary>
    public static ScalarType Wide(ScalarType dtype) => dtype == ScalarType.Float64 ? ScalarType.Float64 : ScalarType.Float32;

    /// <summary>Log-probabilities of the targets; the logits become what the backward needs, or stay undefined.</summary>
    /// <param name="logits">[c, V] in the compute dtype; overwritten by softmax − onehot where <paramref name="toGradient"/></param>
    /// <param name="targets">[c] int64</param>
    /// <param name="logps">[c] in the dtype of <see cref="Wide"/>; written</param>
    /// <param name="toGradient">whether a backward follows on these logits</param>
    public static void Run(Tensor logits, Tensor targets, Tensor logps, bool toGradient)
    {
        long rows = Math.Max(1, BlockElements / logits.shape[1]);
        for (long start = 0; start < logits.shape[0]; start += rows)
        {
            using var scope = NewDisposeScope();
            long count = Math.Min(rows, logits.shape[0] - start);
            Tensor block = logits.narrow(0, start, count); // [b, V]
            Tensor target = targets.narrow(0, start, count).unsqueeze(1); // [b, 1]
            Tensor logSoftmax = block.to(Wide(logits.dtype)).log_softmax(-1); // [b, V]
            logps.narrow(0, start, count).copy_(logSoftmax.gather(1, target).squeeze(1));
            if (toGradient)
            {
                logSoftmax.exp_().scatter_add_(1, target, full(target.shape, -1.0, dtype: logSoftmax.dtype, device: logSoftmax.device));
                block.copy_(logSoftmax);
            }
        }
    }
}

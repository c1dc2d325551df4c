using Alignment.Native;

using static TorchSharp.torch;

namespace Alignment.Training;

/// <summary>
/// The softmax part of <see cref="CompletionLogps"/>, in place and in blocks of rows that stay in the processor's cache. Its two
/// blocks of scratch are kept: fresh ones would cost more in page faults than the softmax itself.
/// </summary>
internal sealed class TokenSoftmax : IDisposable
{
    private const long BlockElements = 1 << 20;

    private Tensor? _wide;
    private Tensor? _result;

    /// <summary>The dtype of the softmax for logits of a dtype: fp32, or fp64 for fp64.</summary>
    public static ScalarType Wide(ScalarType dtype) => dtype == ScalarType.Float64 ? ScalarType.Float64 : ScalarType.Float32;

    /// <summary>Log-probabilities of the targets; where a backward follows, the logits become what it needs.</summary>
    /// <param name="logits">[c, V] in the compute dtype; overwritten by softmax − onehot where <paramref name="toGradient"/></param>
    /// <param name="targets">[c] int64</param>
    /// <param name="logps">[c] in the dtype of <see cref="Wide"/>; written</param>
    /// <param name="toGradient">whether a backward follows on these logits</param>
    /// <param name="hits">[c] like <paramref name="logps"/>, or null; written: 1 where no token is more probable than the target, else 0</param>
    public void Run(Tensor logits, Tensor targets, Tensor logps, bool toGradient, Tensor? hits = null)
    {
        long rows = Math.Max(1, BlockElements / logits.shape[1]);
        ScalarType wide = Wide(logits.dtype);
        for (long start = 0; start < logits.shape[0]; start += rows)
        {
            using var scope = NewDisposeScope();
            long count = Math.Min(rows, logits.shape[0] - start);
            Tensor block = logits.narrow(0, start, count); // [b, V]
            Tensor target = targets.narrow(0, start, count).unsqueeze(1); // [b, 1]
            Tensor input = logits.dtype == wide ? block : Scratch(ref _wide, logits, wide, rows).narrow(0, 0, count).copy_(block); // [b, V]
            Tensor logSoftmax = Scratch(ref _result, logits, wide, rows).narrow(0, 0, count); // [b, V]
            Ops.LogSoftmaxInto(input, logSoftmax);
            Tensor ofTargets = logSoftmax.gather(1, target); // [b, 1]
            logps.narrow(0, start, count).copy_(ofTargets.squeeze(1));
            hits?.narrow(0, start, count).copy_(ofTargets.squeeze(1).eq(logSoftmax.amax([1])));
            if (toGradient)
            {
                logSoftmax.exp_().scatter_add_(1, target, full(target.shape, -1.0, dtype: wide, device: logits.device));
                block.copy_(logSoftmax);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _wide?.Dispose();
        _result?.Dispose();
    }

    private static Tensor Scratch(ref Tensor? scratch, Tensor logits, ScalarType dtype, long rows)
    {
        if (scratch is null || scratch.dtype != dtype)
        {
            scratch?.Dispose();
            scratch = empty(rows, logits.shape[1], dtype: dtype, device: logits.device).DetachFromDisposeScope();
        }

        return scratch;
    }
}

using static TorchSharp.torch;

namespace Alignment.Native;

/// <summary>ATen operators that TorchSharp lacks, one typed method each. All take part in autograd unless said otherwise.</summary>
public static class Ops
{
    /// <summary>aten::rms_norm over the last dimension.</summary>
    /// <param name="x">[..., D]</param>
    /// <param name="weight">[D], same dtype as <paramref name="x"/></param>
    /// <param name="epsilon">added to the mean square</param>
    public static Tensor RmsNorm(Tensor x, Tensor weight, double epsilon)
    {
        Span<ulong> stack =
        [
            Dispatcher.Slot(x), Dispatcher.List([weight.shape[0]]),
            Dispatcher.Some(Dispatcher.Slot(weight)), Dispatcher.Some(Dispatcher.Slot(epsilon)),
        ];
        Dispatcher.Call("aten::rms_norm", "", stack);
        return Dispatcher.Result(stack[0]);
    }

    /// <summary>aten::embedding: rows of <paramref name="weight"/>; its CPU backward is deterministic.</summary>
    /// <param name="weight">[V, D]</param>
    /// <param name="ids">int64 of any shape</param>
    public static Tensor Embedding(Tensor weight, Tensor ids)
    {
        Span<ulong> stack =
        [
            Dispatcher.Slot(weight), Dispatcher.Slot(ids), Dispatcher.Slot(-1L), Dispatcher.Slot(false), Dispatcher.Slot(false),
        ];
        Dispatcher.Call("aten::embedding", "", stack);
        return Dispatcher.Result(stack[0]);
    }

    /// <summary>aten::scaled_dot_product_attention with grouped key and value heads.</summary>
    /// <param name="q">[N, H, T, D]</param>
    /// <param name="k">[N, Hkv, S, D], H a multiple of Hkv</param>
    /// <param name="v">[N, Hkv, S, D]</param>
    /// <param name="mask">null, or broadcastable to [N, H, T, S]: bool (true attends) or additive of the dtype of q</param>
    /// <param name="causal">lower-triangular attention; not together with a mask</param>
    /// <param name="scale">factor of the scores; null gives 1/sqrt(D)</param>
    public static Tensor Attention(Tensor q, Tensor k, Tensor v, Tensor? mask, bool causal, double? scale = null)
    {
        Span<ulong> stack =
        [
            Dispatcher.Slot(q), Dispatcher.Slot(k), Dispatcher.Slot(v),
            mask is null ? Dispatcher.None : Dispatcher.Some(Dispatcher.Slot(mask)),
            Dispatcher.Slot(0.0), Dispatcher.Slot(causal),
            scale is null ? Dispatcher.None : Dispatcher.Some(Dispatcher.Slot(scale.Value)),
            Dispatcher.Slot(q.shape[1] != k.shape[1]),
        ];
        Dispatcher.Call("aten::scaled_dot_product_attention", "", stack);
        return Dispatcher.Result(stack[0]);
    }

    /// <summary>aten::_softmax_backward_data over the last dimension: y · (g − Σ g y). No autograd.</summary>
    /// <param name="gradient">of the softmax's result</param>
    /// <param name="result">of the softmax, same shape and dtype</param>
    public static Tensor SoftmaxBackward(Tensor gradient, Tensor result)
    {
        Span<ulong> stack = [Dispatcher.Slot(gradient), Dispatcher.Slot(result), Dispatcher.Slot(-1L), Dispatcher.Slot((long)result.dtype)];
        Dispatcher.Call("aten::_softmax_backward_data", "", stack);
        return Dispatcher.Result(stack[0]);
    }

    /// <summary>aten::silu_backward. No autograd.</summary>
    /// <param name="gradient">of silu(x)</param>
    /// <param name="x">same shape and dtype</param>
    public static Tensor SiluBackward(Tensor gradient, Tensor x)
    {
        Span<ulong> stack = [Dispatcher.Slot(gradient), Dispatcher.Slot(x)];
        Dispatcher.Call("aten::silu_backward", "", stack);
        return Dispatcher.Result(stack[0]);
    }

    /// <summary>
    /// aten::_fused_adamw_ on one flat tensor, in place; no autograd. Decoupled decay first, then the Adam step (as torch.optim.AdamW).
    /// </summary>
    /// <param name="parameters">[n] fp32</param>
    /// <param name="gradients">[n] fp32</param>
    /// <param name="firstMoments">[n] fp32</param>
    /// <param name="secondMoments">[n] fp32</param>
    /// <param name="step">[] fp32: the number of this step, from 1</param>
    /// <param name="learningRate">per step</param>
    /// <param name="beta1">decay of the first moment</param>
    /// <param name="beta2">decay of the second moment</param>
    /// <param name="weightDecay">decoupled decay, times the learning rate</param>
    /// <param name="epsilon">added to the root of the second moment</param>
    public static void FusedAdamW(
        Tensor parameters, Tensor gradients, Tensor firstMoments, Tensor secondMoments, Tensor step,
        double learningRate, double beta1, double beta2, double weightDecay, double epsilon)
    {
        Span<ulong> stack =
        [
            Dispatcher.List([parameters]), Dispatcher.List([gradients]), Dispatcher.List([firstMoments]), Dispatcher.List([secondMoments]),
            Dispatcher.List(Array.Empty<Tensor>()), Dispatcher.List([step]),
            Dispatcher.Slot(learningRate), Dispatcher.Slot(beta1), Dispatcher.Slot(beta2), Dispatcher.Slot(weightDecay), Dispatcher.Slot(epsilon),
            Dispatcher.Slot(false), Dispatcher.Slot(false), Dispatcher.None, Dispatcher.None,
        ];
        Dispatcher.Call("aten::_fused_adamw_", "", stack);
    }

    /// <summary>aten::mm.out: the product of two matrices, written into a tensor that is there already; no autograd.</summary>
    /// <param name="left">[n, k]</param>
    /// <param name="right">[k, m], same dtype</param>
    /// <param name="output">[n, m], same dtype; its old values are lost</param>
    public static void MatMulInto(Tensor left, Tensor right, Tensor output)
    {
        Span<ulong> stack = [Dispatcher.Slot(left), Dispatcher.Slot(right), Dispatcher.Slot(output)];
        Dispatcher.Call("aten::mm", "out", stack);
        Dispatcher.Result(stack[0]).Dispose();
    }

    /// <summary>aten::_log_softmax.out over the last dimension, written into a tensor that is there already; no autograd.</summary>
    /// <param name="x">[..., V] fp32 or fp64</param>
    /// <param name="output">same shape and dtype; its old values are lost</param>
    public static void LogSoftmaxInto(Tensor x, Tensor output)
    {
        Span<ulong> stack = [Dispatcher.Slot(x), Dispatcher.Slot(-1L), Dispatcher.Slot(false), Dispatcher.Slot(output)];
        Dispatcher.Call("aten::_log_softmax", "out", stack);
        Dispatcher.Result(stack[0]).Dispose();
    }
}

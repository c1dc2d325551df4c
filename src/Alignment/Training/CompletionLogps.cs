using Alignment.Models;
using Alignment.Models.Functions;
using Alignment.Native;

using static TorchSharp.torch;

namespace Alignment.Training;

/// <summary>
/// The one way from hidden states to log-probabilities of completion tokens and back, for every loss of every trainer. Only
/// positions whose next token is a predicted completion token meet the head, chunk by chunk, so that memory does not grow with
/// the batch: (1) logits and log-probabilities without a graph; (2) the loss gives dLoss/dlogp in closed form; (3) dLoss/dlogits =
/// dLoss/dlogp · (onehot − softmax) flows into the head's gradient and the hidden states. The softmax is in fp32 (fp64 for fp64).
/// Nothing is read back from the device.
/// </summary>
/// <remarks>
/// A chunk is as many tokens as <c>chunkElements</c> of logits hold. The last chunk is kept for the backward, so a batch of one
/// chunk never computes it twice. With a frozen head the unscaled hidden gradient is taken in the first pass already,
/// because it is linear in dLoss/dlogp: then no chunk is computed twice. Chunks change sums in their last bits only.
/// </remarks>
public sealed class CompletionLogps : IDisposable
{
    private const long TrainedChunk = 1L << 26; // some 1,300 tokens of a vocabulary of 49,152: 128 MiB in bf16
    private const long FrozenChunk = 1L << 25; // nothing is kept, so a smaller one is as fast
    private const long ProductElements = 1L << 21;

    private readonly Head _head;
    private readonly Func<Weight, Tensor?> _gradientOf;
    private readonly long? _chunkElements;
    private readonly TokenSoftmax _softmax = new();
    private Tensor? _buffer;

    /// <summary>For one head.</summary>
    /// <param name="head">weight, bias, and perhaps an adapter</param>
    /// <param name="gradientOf">where a weight's gradient accumulates, fp32 (<see cref="FlatParameters.GradientOf"/>); null for a frozen weight</param>
    /// <param name="chunkElements">size of one chunk's logits; null takes what was fastest on a processor</param>
    public CompletionLogps(Head head, Func<Weight, Tensor?> gradientOf, long? chunkElements = null)
    {
        _head = head;
        _gradientOf = gradientOf;
        _chunkElements = chunkElements;
    }

    /// <summary>The pass whose last chunk's softmax − onehot stands in the buffer.</summary>
    internal CompletionPass? Retained { get; set; }

    /// <summary>True where backward adds nothing to the head and its map is a plain one: hidden gradients need no second look at the logits.</summary>
    internal bool HeadFrozen
    {
        get
        {
            using var scope = NewDisposeScope();
            return _head.Slot.Map is Linear && _gradientOf(_head.Weight) is null && (_head.Bias is null || _gradientOf(_head.Bias) is null);
        }
    }

    /// <summary>Log-probabilities only (reference, evaluation).</summary>
    /// <param name="hidden">[N, T, D]</param>
    /// <param name="tokens">M tokens</param>
    /// <param name="hits">[M] fp32 (fp64 for fp64) that receives 1 where no token is more probable than the one there, else 0; null for none</param>
    /// <returns>[M] fp32 (fp64 for fp64)</returns>
    public Tensor Logps(Tensor hidden, CompletionTokens tokens, Tensor? hits = null)
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        Tensor states = States(hidden, tokens); // [M, D]
        Tensor logps = NewLogps(states); // [M]
        foreach ((long start, long count) in Chunks(states, keeps: false))
        {
            Softmax(states, tokens, logps, start, count, toGradient: false, hits);
        }

        return logps.MoveToOuterDisposeScope();
    }

    /// <summary>The first pass of a step whose loss needs the log-probabilities before its gradient is known.</summary>
    /// <param name="hidden">[N, T, D], part of the decoder's graph</param>
    /// <param name="tokens">M tokens; they must outlive the pass</param>
    /// <returns>its log-probabilities, and the backward; tensors belong to the caller's scope</returns>
    public CompletionPass Forward(Tensor hidden, CompletionTokens tokens)
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        Tensor states = States(hidden, tokens); // [M, D]
        Tensor logps = NewLogps(states); // [M]
        bool frozen = HeadFrozen;
        Tensor? unscaled = frozen ? empty_like(states) : null; // [M, D]
        bool plain = _head.Slot.Map is Linear;
        long last = 0;
        foreach ((long start, long count) in Chunks(states, keeps: !frozen))
        {
            bool toGradient = plain && (frozen || start + count == states.shape[0]);
            Tensor chunk = Softmax(states, tokens, logps, start, count, toGradient);
            unscaled?.narrow(0, start, count).copy_(chunk.mm(_head.Weight.Value));
            last = start;
        }

        var pass = new CompletionPass(this, hidden.shape, tokens, states.MoveToOuterDisposeScope(), logps.MoveToOuterDisposeScope(), unscaled?.MoveToOuterDisposeScope());
        Retained = plain && !frozen ? pass : null;
        pass.RetainedStart = last;
        return pass;
    }

    /// <summary>Both directions in one pass, where dLoss/dlogp is known before (SFT): no chunk is computed twice.</summary>
    /// <param name="hidden">[N, T, D], part of the decoder's graph</param>
    /// <param name="tokens">M tokens</param>
    /// <param name="tokenGradient">[M] dLoss/dlogp</param>
    /// <param name="hits">as for <see cref="Logps"/></param>
    /// <returns>[M] log-probabilities, and [N, T, D] the gradient of the hidden states; the head's gradient is added where it belongs</returns>
    public (Tensor TokenLogps, Tensor HiddenGradient) ForwardBackward(Tensor hidden, CompletionTokens tokens, Tensor tokenGradient, Tensor? hits = null)
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        Tensor states = States(hidden, tokens); // [M, D]
        Tensor logps = NewLogps(states); // [M]
        Tensor gradient = empty_like(states); // [M, D]
        foreach ((long start, long count) in Chunks(states, keeps: !HeadFrozen))
        {
            Tensor chunk = Softmax(states, tokens, logps, start, count, toGradient: true, hits); // [c, V]
            BackwardChunk(states, chunk, tokenGradient, gradient, start, count);
        }

        return (logps.MoveToOuterDisposeScope(), Scatter(gradient, tokens, hidden.shape).MoveToOuterDisposeScope());
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _buffer?.Dispose();
        _softmax.Dispose();
    }

    /// <summary>The second pass: chunks from the last, which may still be there, to the first.</summary>
    internal Tensor Backward(CompletionPass pass, Tensor tokenGradient)
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        Tensor gradient; // [M, D]
        if (pass.Unscaled is Tensor unscaled)
        {
            gradient = Scaled(unscaled, tokenGradient, -1);
        }
        else
        {
            gradient = empty_like(pass.States);
            Tensor unused = empty_like(pass.TokenLogps);
            foreach ((long start, long count) in Chunks(pass.States, keeps: true).Reverse())
            {
                Tensor chunk = Retained == pass && start == pass.RetainedStart
                    ? Buffer(pass.States, count)
                    : Softmax(pass.States, pass.Tokens, unused, start, count, toGradient: true); // [c, V]
                BackwardChunk(pass.States, chunk, tokenGradient, gradient, start, count);
            }
        }

        Retained = null;
        return Scatter(gradient, pass.Tokens, pass.HiddenShape).MoveToOuterDisposeScope();
    }

    private static Tensor States(Tensor hidden, CompletionTokens tokens) => hidden.detach().flatten(0, 1)[tokens.Positions]; // [M, D]

    private static Tensor NewLogps(Tensor states) => empty(states.shape[0], dtype: TokenSoftmax.Wide(states.dtype), device: states.device);

    /// <summary>Rows times a factor per row, rounded once.</summary>
    private static Tensor Scaled(Tensor rows, Tensor perRow, double sign)
    {
        ScalarType wide = TokenSoftmax.Wide(rows.dtype);
        return (rows.to(wide) * (perRow.to(wide) * sign).unsqueeze(1)).to(rows.dtype);
    }

    /// <summary>Adds each token's gradient at its position; a position that predicts two tokens gets both.</summary>
    private static Tensor Scatter(Tensor gradient, CompletionTokens tokens, long[] shape)
    {
        Tensor hidden = zeros(shape[0] * shape[1], shape[2], dtype: gradient.dtype, device: gradient.device); // [N·T, D]
        return hidden.index_add_(0, tokens.Positions, gradient, 1).view(shape);
    }

    /// <summary>
    /// sum += left^T · right. In bf16 the product is made in blocks of a few megabytes: it stays in the processor's cache, and the
    /// allocator gives the same pages again (a fresh product of [V, D] costs more in page faults than in arithmetic).
    /// </summary>
    private static void AddProduct(Tensor sum, Tensor left, Tensor right)
    {
        if (sum.dtype == left.dtype)
        {
            sum.addmm_(left.t(), right, 1, 1);
            return;
        }

        long rows = Math.Max(1, ProductElements / right.shape[1]);
        for (long start = 0; start < sum.shape[0]; start += rows)
        {
            using var scope = NewDisposeScope();
            long count = Math.Min(rows, sum.shape[0] - start);
            sum.narrow(0, start, count).add_(left.narrow(1, start, count).t().mm(right));
        }
    }

    private IEnumerable<(long Start, long Count)> Chunks(Tensor states, bool keeps)
    {
        long rows = Math.Max(1, (_chunkElements ?? (keeps ? TrainedChunk : FrozenChunk)) / _head.Weight.Shape[0]);
        for (long start = 0; start < states.shape[0]; start += rows)
        {
            yield return (start, Math.Min(rows, states.shape[0] - start));
        }
    }

    private Tensor Buffer(Tensor states, long rows)
    {
        long vocabulary = _head.Weight.Shape[0];
        if (_buffer is null || _buffer.shape[0] < rows || _buffer.dtype != states.dtype)
        {
            _buffer?.Dispose();
            _buffer = empty(rows, vocabulary, dtype: states.dtype, device: states.device).DetachFromDisposeScope();
        }

        return _buffer.narrow(0, 0, rows);
    }

    private Tensor Softmax(Tensor states, CompletionTokens tokens, Tensor logps, long start, long count, bool toGradient, Tensor? hits = null)
    {
        Retained = null;
        Tensor logits = Buffer(states, count); // [c, V]
        Tensor rows = states.narrow(0, start, count); // [c, D]
        if (_head.Slot.Map is Linear)
        {
            Ops.MatMulInto(rows, _head.Weight.Value.detach().t(), logits);
            if (_head.Bias is Weight bias)
            {
                logits.add_(bias.Value.detach());
            }
        }
        else
        {
            logits.copy_(_head.Slot.Forward(rows));
        }

        _softmax.Run(logits, tokens.Targets.narrow(0, start, count), logps.narrow(0, start, count), toGradient, hits?.narrow(0, start, count));
        return logits;
    }

    private void BackwardChunk(Tensor states, Tensor chunk, Tensor tokenGradient, Tensor gradient, long start, long count)
    {
        using var scope = NewDisposeScope();
        Tensor rows = states.narrow(0, start, count); // [c, D]
        Tensor factors = tokenGradient.narrow(0, start, count); // [c]
        Tensor into = gradient.narrow(0, start, count); // [c, D]
        if (_head.Slot.Map is not Linear)
        {
            into.copy_(BackwardAdapter(rows, Scaled(chunk, factors, -1)));
            return;
        }

        into.copy_(Scaled(chunk.mm(_head.Weight.Value.detach()), factors, -1));
        if (_gradientOf(_head.Weight) is Tensor weightGradient)
        {
            Tensor scaled = Scaled(rows, factors, -1); // [c, D]
            AddProduct(weightGradient, chunk, scaled);
        }

        if (_head.Bias is Weight bias && _gradientOf(bias) is Tensor biasGradient)
        {
            biasGradient.add_(chunk.t().mv((factors * -1).to(chunk.dtype)));
        }
    }

    /// <summary>The adapter's own backward: its parameters' gradients, and that of the hidden states.</summary>
    private Tensor BackwardAdapter(Tensor rows, Tensor logitsGradient)
    {
        using var record = enable_grad();
        Tensor leaf = rows.detach().requires_grad_(true); // [c, D]
        Tensor logits = _head.Slot.Forward(leaf); // [c, V]
        logits.backward([logitsGradient]);
        BackwardFault.ThrowIfAny();
        return leaf.grad!;
    }
}

using static TorchSharp.torch;

namespace Alignment.Training;

/// <summary>A forward pass of <see cref="CompletionLogps"/> that waits for its gradient.</summary>
public sealed class CompletionPass
{
    private readonly CompletionLogps _owner;

    internal CompletionPass(CompletionLogps owner, long[] hiddenShape, CompletionTokens tokens, Tensor states, Tensor tokenLogps, Tensor? unscaled)
    {
        _owner = owner;
        HiddenShape = hiddenShape;
        Tokens = tokens;
        States = states;
        TokenLogps = tokenLogps;
        Unscaled = unscaled;
    }

    /// <summary>[M] log-probability of each completion token, fp32 (fp64 for fp64).</summary>
    public Tensor TokenLogps { get; }

    /// <summary>The tokens.</summary>
    public CompletionTokens Tokens { get; }

    internal long[] HiddenShape { get; }

    internal Tensor States { get; }

    internal Tensor? Unscaled { get; }

    internal long RetainedStart { get; set; }

    /// <summary>Log-probability of each completion: the sum over its tokens, [C] fp64.</summary>
    public Tensor CompletionSums() => Tokens.Sum(TokenLogps);

    /// <summary>Adds the head's gradient where it belongs and gives that of the hidden states: a root of the one backward that follows.</summary>
    /// <param name="tokenGradient">[M] dLoss/dlogp of each token; <see cref="CompletionTokens.Spread"/> makes it from one per completion</param>
    /// <returns>[N, T, D] in the dtype of the hidden states</returns>
    public Tensor Backward(Tensor tokenGradient) => _owner.Backward(this, tokenGradient);
}

using static TorchSharp.torch;

namespace Alignment.Models;

/// <summary>
/// What a decoder remembers of the rows between two calls (keys and values here). One call of <see cref="Begin"/> per
/// forward pass, then one <see cref="Append"/> per layer. Used without gradients.
/// </summary>
public interface ISequenceState : IDisposable
{
    /// <summary>Tokens remembered of each row.</summary>
    IReadOnlyList<int> Lengths { get; }

    /// <summary>True in a pass before which nothing was held.</summary>
    bool IsFresh { get; }

    /// <summary>Makes room for the valid tokens of <paramref name="layout"/>, which follow what each row already holds.</summary>
    void Begin(TokenLayout layout);

    /// <summary>Stores the new tokens' keys and values of one layer and gives all of the rows so far.</summary>
    /// <param name="layer">0-based</param>
    /// <param name="keys">[N, Hkv, T, hd], already rotated</param>
    /// <param name="values">[N, Hkv, T, hd]</param>
    /// <returns>views [N, Hkv, S, hd] that the state owns; column j of a row is its token j</returns>
    (Tensor Keys, Tensor Values) Append(int layer, Tensor keys, Tensor values);

    /// <summary>Additive mask [N, 1, T, S] of the current pass: 0 where a token sees a column, −∞ elsewhere; null when all see all.</summary>
    Tensor? Mask { get; }
}

using static TorchSharp.torch;

namespace Alignment.Training;

/// <summary>
/// Which positions of a batch predict a completion token, in the order of the completions: M tokens of C completions.
/// Plain, packed and shared-prompt rows differ only here (a shared prompt's last position predicts two first tokens).
/// </summary>
public sealed class CompletionTokens : IDisposable
{
    private CompletionTokens(Tensor positions, Tensor targets, Tensor owners, IReadOnlyList<int> lengths)
    {
        Positions = positions.DetachFromDisposeScope();
        Targets = targets.DetachFromDisposeScope();
        Owners = owners.DetachFromDisposeScope();
        Lengths = lengths;
    }

    /// <summary>[M] int64: flat index into [N·T] of the hidden state that predicts the token.</summary>
    public Tensor Positions { get; }

    /// <summary>[M] int64: the id of the token.</summary>
    public Tensor Targets { get; }

    /// <summary>[M] int64: the completion of the token, rising from 0.</summary>
    public Tensor Owners { get; }

    /// <summary>Tokens of each completion, [C]; their sum is M.</summary>
    public IReadOnlyList<int> Lengths { get; }

    /// <summary>M.</summary>
    public int Count { get; private init; }

    /// <summary>From lists on the host, the tokens of each completion together.</summary>
    /// <param name="positions">flat index into [N·T] of the predicting position, per token</param>
    /// <param name="targets">id, per token</param>
    /// <param name="lengths">tokens of each completion</param>
    /// <param name="device">of the hidden states</param>
    /// <exception cref="ArgumentException">The counts do not agree, or there is no token.</exception>
    public static CompletionTokens Create(IReadOnlyList<int> positions, IReadOnlyList<int> targets, IReadOnlyList<int> lengths, Device device)
    {
        if (positions.Count == 0 || positions.Count != targets.Count || lengths.Sum() != positions.Count)
        {
            throw new ArgumentException($"{positions.Count} positions, {targets.Count} targets and completions of {lengths.Sum()} tokens do not agree, or are none.");
        }

        long[] owners = [.. lengths.SelectMany((length, owner) => Enumerable.Repeat((long)owner, length))];
        return new CompletionTokens(
            tensor(positions.Select(position => (long)position).ToArray(), device: device),
            tensor(targets.Select(target => (long)target).ToArray(), device: device),
            tensor(owners, device: device), [.. lengths])
        { Count = positions.Count };
    }

    /// <summary>From plain rows: the token at (n, t) is predicted at (n, t − 1), so position 0 never is.</summary>
    /// <param name="ids">[N][T], padded to one length</param>
    /// <param name="mask">[N][T]: true where the token belongs to the row's completion</param>
    /// <param name="device">of the hidden states</param>
    public static CompletionTokens FromRows(IReadOnlyList<int[]> ids, IReadOnlyList<bool[]> mask, Device device)
    {
        List<int> positions = [];
        List<int> targets = [];
        List<int> lengths = [];
        for (int n = 0; n < ids.Count; n++)
        {
            int before = positions.Count;
            for (int t = 1; t < ids[n].Length; t++)
            {
                if (mask[n][t])
                {
                    positions.Add(n * ids[n].Length + t - 1);
                    targets.Add(ids[n][t]);
                }
            }

            lengths.Add(positions.Count - before);
        }

        return Create(positions, targets, lengths, device);
    }

    /// <summary>Sums of a value per token, per completion, in fp64.</summary>
    /// <param name="perToken">[M]</param>
    /// <returns>[C] fp64</returns>
    public Tensor Sum(Tensor perToken)
    {
        using var scope = NewDisposeScope();
        Tensor wide = perToken.to(ScalarType.Float64); // [M]
        List<Tensor> sums = [];
        long start = 0;
        foreach (int length in Lengths)
        {
            sums.Add(wide.narrow(0, start, length).sum(new long[] { 0 }));
            start += length;
        }

        return stack(sums).MoveToOuterDisposeScope(); // [C]
    }

    /// <summary>A value per completion, given to each of its tokens.</summary>
    /// <param name="perCompletion">[C]</param>
    /// <returns>[M]</returns>
    public Tensor Spread(Tensor perCompletion) => perCompletion[Owners];

    /// <inheritdoc/>
    public void Dispose()
    {
        Positions.Dispose();
        Targets.Dispose();
        Owners.Dispose();
    }
}

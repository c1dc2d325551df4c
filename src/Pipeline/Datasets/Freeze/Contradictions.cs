using System.Security.Cryptography;
using System.Text;
using Alignment.Pipeline.Items;

namespace Alignment.Pipeline.Datasets.Freeze;

/// <summary>
/// Pairs of one prompt with the same answers that different sides won. Prompts that differ in white space or case are one
/// prompt, so this can happen between two items; within one item the verdicts are a tie. Holds one short hash per won pair.
/// </summary>
internal sealed class Contradictions
{
    private readonly Dictionary<UInt128, PairWinner> _winners = [];
    private readonly HashSet<UInt128> _both = [];

    public void Look(LabeledItem item)
    {
        if (IsEqual(item.Item) || item.Pair.Winner is not (PairWinner.A or PairWinner.B))
        {
            return;
        }

        PairWinner winner = item.Pair.Winner;
        if (!_winners.TryAdd(Key(item.Item), winner) && _winners[Key(item.Item)] != winner)
        {
            _both.Add(Key(item.Item));
        }
    }

    /// <summary>Why a pair with this outcome gives no row; null when it does.</summary>
    public string? LeftOut(LabeledItem item, PairOutcome outcome) => outcome.Winner switch
    {
        _ when IsEqual(item.Item) => LeftOutReasons.EqualAnswers,
        PairWinner.Unlabeled => LeftOutReasons.Unlabeled,
        PairWinner.Tie => LeftOutReasons.Ties,
        PairWinner.BothBad => LeftOutReasons.BothBad,
        _ => _both.Contains(Key(item.Item)) ? LeftOutReasons.Contradictions : null,
    };

    private static bool IsEqual(Item pair) => pair.AnswerA == pair.AnswerB;

    // The stored order goes by the answers' hashes, so A is the same answer in every item with these two.
    private static UInt128 Key(Item pair)
    {
        byte[] a = SHA256.HashData(Encoding.UTF8.GetBytes(pair.AnswerA!));
        byte[] b = SHA256.HashData(Encoding.UTF8.GetBytes(pair.AnswerB!));
        byte[] key = SHA256.HashData([.. Encoding.UTF8.GetBytes(pair.PromptId), .. a, .. b]);
        return new UInt128(BitConverter.ToUInt64(key, 0), BitConverter.ToUInt64(key, 8));
    }
}

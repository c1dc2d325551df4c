using Alignment.Models;

namespace Alignment.Data;

/// <summary>
/// One micro-batch in managed memory: padded ids, what sees what, and the tokens whose log-probability is asked for. Made ahead
/// of training on another thread; tensors are made of it on the training thread.
/// </summary>
public sealed class SequenceBatch
{
    /// <summary>Indices of the rows in their <see cref="IRowSet"/>.</summary>
    public required int[] Source { get; init; }

    /// <summary>N, sequences of the padded batch.</summary>
    public required int Rows { get; init; }

    /// <summary>T, columns of the padded batch.</summary>
    public required int Columns { get; init; }

    /// <summary>[N·T] token ids, padded on the right.</summary>
    public required long[] Ids { get; init; }

    /// <summary>Runs of tokens that see each other; everything else is padding.</summary>
    public required Segment[] Segments { get; init; }

    /// <summary>[P] flat index n·T + t of the position that predicts; those of each completion together, in their order.</summary>
    public required int[] Predictors { get; init; }

    /// <summary>[P] the token that is predicted.</summary>
    public required int[] Targets { get; init; }

    /// <summary>[C] predicted tokens of each completion; pairs have first all chosen, then all rejected.</summary>
    public required int[] CompletionLengths { get; init; }

    /// <summary>Padding-free tokens, of both answers of a pair, whether or not the prompt is computed once.</summary>
    public required int Tokens { get; init; }

    /// <summary>[B] log-probabilities of the reference for the chosen answers; null without a reference.</summary>
    public double[]? ReferenceChosen { get; init; }

    /// <summary>[B] log-probabilities of the reference for the rejected answers; null without a reference.</summary>
    public double[]? ReferenceRejected { get; init; }

    /// <summary>
    /// The same tokens as one row without padding: what the decoder computes. Segments keep their order; a predictor is the
    /// place in that row.
    /// </summary>
    public (long[] Ids, Segment[] Segments, int[] Predictors) WithoutPadding()
    {
        int total = Segments.Sum(segment => segment.Length);
        long[] ids = new long[total];
        int[] places = new int[Ids.Length];
        var segments = new Segment[Segments.Length];
        int next = 0;
        for (int s = 0; s < segments.Length; s++)
        {
            Segment segment = Segments[s];
            segments[s] = segment with { Row = 0, Start = next };
            for (int i = 0; i < segment.Length; i++)
            {
                int padded = segment.Row * Columns + segment.Start + i;
                ids[next] = Ids[padded];
                places[padded] = next++;
            }
        }

        return (ids, segments, [.. Predictors.Select(at => places[at])]);
    }
}

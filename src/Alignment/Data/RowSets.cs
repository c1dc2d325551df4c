namespace Alignment.Data;

/// <summary>The encoded rows of one split, as the loop sees them.</summary>
public interface IRowSet
{
    /// <summary>Number of rows.</summary>
    int Count { get; }

    /// <summary>Columns that a row takes in a batch: what batches by length go by.</summary>
    int Length(int row);

    /// <summary>Labels of a row: predicted tokens of all its completions.</summary>
    int Labels(int row);

    /// <summary>How messages name a row: its id and line.</summary>
    string Name(int row);

    /// <summary>One micro-batch of these rows.</summary>
    SequenceBatch Collate(int[] rows);
}

/// <summary>Reference log-probabilities, one per row and side.</summary>
/// <param name="Chosen">[rows] of the chosen completions, summed over their tokens</param>
/// <param name="Rejected">[rows] of the rejected completions</param>
public sealed record ReferenceLogps(double[] Chosen, double[] Rejected);

/// <summary>Rows of supervised fine-tuning.</summary>
/// <param name="rows">the rows</param>
/// <param name="padId">what stands in the padding</param>
public sealed class CompletionSet(IReadOnlyList<EncodedCompletion> rows, int padId) : IRowSet
{
    /// <summary>The rows.</summary>
    public IReadOnlyList<EncodedCompletion> Rows => rows;

    /// <inheritdoc/>
    public int Count => rows.Count;

    /// <inheritdoc/>
    public int Length(int row) => rows[row].Sequence.Ids.Length;

    /// <inheritdoc/>
    public int Labels(int row) => rows[row].Sequence.Predicted;

    /// <inheritdoc/>
    public string Name(int row) => RowText.Name(rows[row].Id, rows[row].Line);

    /// <inheritdoc/>
    public SequenceBatch Collate(int[] source) => Collator.Completions([.. source.Select(row => rows[row])], source, padId);
}

/// <summary>Pairs, with the reference's log-probabilities once they are known.</summary>
/// <param name="pairs">the pairs</param>
/// <param name="padId">what stands in the padding</param>
/// <param name="sharePrompt">whether a pair's prompt is computed once for both answers</param>
public sealed class PairSet(IReadOnlyList<EncodedPair> pairs, int padId, bool sharePrompt) : IRowSet
{
    /// <summary>The pairs.</summary>
    public IReadOnlyList<EncodedPair> Pairs => pairs;

    /// <summary>What the reference gives each pair; null until it is computed.</summary>
    public ReferenceLogps? Reference { get; set; }

    /// <inheritdoc/>
    public int Count => pairs.Count;

    /// <inheritdoc/>
    public int Length(int row) => Collator.Length(pairs[row], sharePrompt);

    /// <inheritdoc/>
    public int Labels(int row) => pairs[row].Chosen.Predicted + pairs[row].Rejected.Predicted;

    /// <inheritdoc/>
    public string Name(int row) => RowText.Name(pairs[row].Id, pairs[row].Line);

    /// <inheritdoc/>
    public SequenceBatch Collate(int[] source) => Collator.Pairs([.. source.Select(row => pairs[row])], source, padId, sharePrompt, Reference);
}

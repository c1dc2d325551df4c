using Alignment.Data;
using Alignment.Models;
using Alignment.Shared;
using Alignment.Shared.Preferences;
using Alignment.Shared.Snapshots;

namespace Alignment.Evaluation;

/// <summary>The pairs of an evaluation in file order: their text and their tokens.</summary>
/// <param name="Texts">kept rows</param>
/// <param name="Encoded">the same rows as tokens</param>
/// <param name="Dropped">rows left out, with reasons</param>
public sealed record EvaluationPairs(IReadOnlyList<PairTrainingRow> Texts, IReadOnlyList<EncodedPair> Encoded, IReadOnlyList<DroppedRow> Dropped)
{
    /// <summary>The pairs of one split, encoded for one model.</summary>
    /// <exception cref="UserError">The data has no pairs there.</exception>
    public static EvaluationPairs Read(TrainingData data, SnapshotSplit split, LoadedModel model, EncodingRules rules)
    {
        PairTrainingRow[] rows = data.Kind == SnapshotKind.Preference ? [.. data.Rows(split).Cast<PairTrainingRow>()]
            : throw new UserError($"{data.Path} holds {data.Kind} rows; eval preference needs pairs (freeze with --kind preference)");
        EncodedRows<EncodedPair> encoded = new RowEncoder(model.Tokenizer, model.Template, rules).Encode(rows);
        var kept = encoded.Rows.Select(row => row.Line).ToHashSet();
        return encoded.Rows.Count > 0 ? new([.. rows.Where(row => kept.Contains(row.Line))], encoded.Rows, encoded.Dropped)
            : throw new UserError($"{data.Path} has no usable pair in its {split} split; freeze with a larger --test-share, or give --split train");
    }

    /// <summary>The first row that another model keeps or cuts into tokens otherwise, as messages name it; null where there is none.</summary>
    public string? FirstDifference(EvaluationPairs other)
    {
        int equal = Encoded.Zip(other.Encoded).TakeWhile(pair => Same(pair.First, pair.Second)).Count();
        return (Encoded.ElementAtOrDefault(equal) ?? other.Encoded.ElementAtOrDefault(equal)) is EncodedPair row ? RowText.Name(row.Id, row.Line) : null;
    }

    /// <summary>The pairs that another model keeps too; the rest counts as dropped.</summary>
    public EvaluationPairs KeptBy(EvaluationPairs other)
    {
        HashSet<int> own = Lines(), others = other.Lines();
        return new(
            [.. Texts.Where(row => others.Contains(row.Line))],
            [.. Encoded.Where(row => others.Contains(row.Line))],
            [.. Dropped, .. other.Dropped.Where(row => own.Contains(row.Line))]);
    }

    /// <summary>The lines of the kept rows.</summary>
    internal HashSet<int> Lines() => [.. Encoded.Select(row => row.Line)];

    private static bool Same(EncodedPair a, EncodedPair b) => a.Line == b.Line && Same(a.Chosen, b.Chosen) && Same(a.Rejected, b.Rejected);

    private static bool Same(EncodedSequence a, EncodedSequence b) => a.Ids.AsSpan().SequenceEqual(b.Ids) && a.Mask.AsSpan().SequenceEqual(b.Mask);
}

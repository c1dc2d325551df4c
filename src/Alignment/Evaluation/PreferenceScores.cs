using Alignment.Data;
using Alignment.Models;
using Alignment.Shared;
using Alignment.Shared.Preferences;
using Alignment.Shared.Snapshots;
using Alignment.Training;

namespace Alignment.Evaluation;

/// <summary>The pairs of an evaluation: their text and their tokens.</summary>
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
}

/// <summary>Log-probabilities of both answers of each pair under one model.</summary>
/// <param name="Chosen">[pairs] summed over the answer's tokens</param>
/// <param name="Rejected">[pairs] summed over the answer's tokens</param>
public sealed record PreferenceScores(double[] Chosen, double[] Rejected)
{
    /// <summary>Computes them, or takes them from the cache where the same model has seen the same rows.</summary>
    /// <param name="cache">where they are kept</param>
    /// <param name="model">the model</param>
    /// <param name="pairs">the pairs</param>
    /// <param name="dataHash">hash of the data that the pairs were read from, and which split</param>
    /// <param name="rules">how they were encoded</param>
    /// <param name="microBatch">pairs of one forward pass</param>
    /// <param name="progress">receives the number of pairs that are done</param>
    /// <param name="stop">ends the pass</param>
    public static PreferenceScores Compute(
        ReferenceCache cache, LoadedModel model, EvaluationPairs pairs, string dataHash, EncodingRules rules, int microBatch,
        Action<long>? progress = null, CancellationToken stop = default)
    {
        var rows = new PairSet(pairs.Encoded, padId: 0, sharePrompt: true);
        string key = ReferenceCache.Key("evaluation", model.Sha256, dataHash, rules.Fingerprint, model.Model.Dtype.ToString());
        using var policy = Policy.Frozen(model.Model);
        ReferenceLogps logps = cache.Get(key, rows, BatchPlanner.Pass(rows, microBatch, byLength: true), () => policy, progress, stop);
        return new(logps.Chosen, logps.Rejected);
    }

    /// <summary>The reward of each answer, β · (log π − log π_ref), chosen minus rejected.</summary>
    public double[] Margins(PreferenceScores reference, double beta) =>
        [.. Chosen.Select((value, i) => beta * (value - reference.Chosen[i] - (Rejected[i] - reference.Rejected[i])))];
}

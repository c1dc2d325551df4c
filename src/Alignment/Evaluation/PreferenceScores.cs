using Alignment.Data;
using Alignment.Models;
using Alignment.Shared;
using Alignment.Training;

namespace Alignment.Evaluation;

/// <summary>Log-probabilities of both answers of each pair under one model.</summary>
/// <param name="Chosen">[pairs] summed over the answer's tokens</param>
/// <param name="Rejected">[pairs] summed over the answer's tokens</param>
public sealed record PreferenceScores(double[] Chosen, double[] Rejected)
{
    /// <summary>Computes them, or takes them from the cache where the same model has seen the same tokens.</summary>
    /// <param name="cache">where they are kept</param>
    /// <param name="model">the model</param>
    /// <param name="pairs">the pairs</param>
    /// <param name="microBatch">pairs of one forward pass</param>
    /// <param name="progress">receives the number of pairs that are done</param>
    /// <param name="stop">ends the pass</param>
    public static PreferenceScores Compute(
        ReferenceCache cache, LoadedModel model, EvaluationPairs pairs, int microBatch, Action<long>? progress = null, CancellationToken stop = default)
    {
        var rows = new PairSet(pairs.Encoded, padId: 0, sharePrompt: true);

        // The tokens themselves: tokenizer, template, data and truncation decide them, and a template may write the date.
        string key = ReferenceCache.Key("evaluation", model.Sha256, RowFingerprint.Of(rows), model.Model.Dtype.ToString());
        using var policy = Policy.Frozen(model.Model);
        ReferenceLogps logps = cache.Get(key, rows, BatchPlanner.Pass(rows, microBatch, byLength: true), () => policy, progress, stop);
        return new(logps.Chosen, logps.Rejected);
    }

    /// <summary>The reward of each answer, β · (log π − log π_ref), chosen minus rejected.</summary>
    public double[] Margins(PreferenceScores reference, double beta) =>
        [.. Chosen.Select((value, i) => beta * (value - reference.Chosen[i] - (Rejected[i] - reference.Rejected[i])))];
}

/// <summary>Pairs with their log-probabilities under the model that they were encoded for.</summary>
/// <param name="Pairs">the pairs</param>
/// <param name="Scores">one of each pair and side</param>
public sealed record ScoredPairs(EvaluationPairs Pairs, PreferenceScores Scores)
{
    /// <summary>The pairs that another model keeps too.</summary>
    /// <exception cref="UserError">There is none.</exception>
    public ScoredPairs KeptBy(EvaluationPairs other)
    {
        EvaluationPairs left = Pairs.KeptBy(other);
        HashSet<int> lines = left.Lines();
        double[] Of(double[] side) => [.. side.Where((_, i) => lines.Contains(Pairs.Encoded[i].Line))];
        return lines.Count > 0 ? new(left, new(Of(Scores.Chosen), Of(Scores.Rejected)))
            : throw new UserError("no pair is short enough for all models: give a larger --max-length");
    }
}

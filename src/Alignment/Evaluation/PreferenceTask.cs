using Alignment.Data;
using Alignment.Models;
using Alignment.Shared.Snapshots;
using Alignment.Training;

namespace Alignment.Evaluation;

/// <summary>The pairs that several models are scored on, in the same way for each.</summary>
/// <param name="Data">where they are</param>
/// <param name="Split">which of them</param>
/// <param name="Rules">how they become tokens</param>
/// <param name="MicroBatch">pairs of one forward pass</param>
/// <param name="Cache">where log-probabilities are kept</param>
public sealed record PreferenceTask(TrainingData Data, SnapshotSplit Split, EncodingRules Rules, int MicroBatch, ReferenceCache Cache)
{
    /// <summary>The pairs as one model's tokenizer sees them.</summary>
    public EvaluationPairs Read(LoadedModel model) => EvaluationPairs.Read(Data, Split, model, Rules);

    /// <summary>The pairs' log-probabilities under one model.</summary>
    /// <param name="model">the model</param>
    /// <param name="pairs">of <see cref="Read"/></param>
    /// <param name="progress">receives the number of pairs that are done</param>
    /// <param name="stop">ends the pass</param>
    public PreferenceScores Score(LoadedModel model, EvaluationPairs pairs, Action<long> progress, CancellationToken stop) =>
        PreferenceScores.Compute(Cache, model, pairs, MicroBatch, progress, stop);
}

using Alignment.Data;
using Alignment.Shared;
using Alignment.Shared.Runs;

using static TorchSharp.torch;

namespace Alignment.Training;

/// <summary>Where people read what a run does.</summary>
public interface IRunConsole
{
    /// <summary>One line.</summary>
    void Note(string text);

    /// <summary>What a step did: the progress line.</summary>
    void Progress(StepReport report);
}

/// <summary>Held-out rows: sums over counts, whatever the micro-batches.</summary>
public static class HeldOut
{
    private const int Named = 8;

    /// <summary>The metrics of rows, each name with <see cref="MetricNames.Held"/> in front.</summary>
    /// <param name="objective">what is measured</param>
    /// <param name="rows">the rows</param>
    /// <param name="microBatch">rows of one forward pass</param>
    /// <param name="step">the finished steps, for the error</param>
    /// <exception cref="UserError">a number of a row is not finite; names the rows</exception>
    public static IReadOnlyDictionary<string, double> Measure(IObjective objective, IRowSet rows, int microBatch, int step)
    {
        var sums = new MetricSums();
        var notFinite = new List<int>();
        foreach (int[] micro in BatchPlanner.Pass(rows, microBatch, byLength: true))
        {
            using var scope = NewDisposeScope();
            SequenceBatch batch = rows.Collate(micro);
            var values = new RowValues(objective.Evaluate(batch).PerRow.cpu().data<double>().ToArray(), objective.Columns.Count);
            notFinite.AddRange(batch.Source.Where((_, i) => !values.IsFinite(i)));
            objective.AddMetrics(sums, batch, values, training: false);
            FaultPoint.Reach(FaultPoint.Evaluation);
        }

        if (notFinite.Count > 0)
        {
            string named = string.Join(", ", notFinite.Take(Named).Select(rows.Name)) + (notFinite.Count > Named ? " …" : "");
            throw new UserError(FormattableString.Invariant(
                $"after step {step} the loss is not finite on {notFinite.Count} held-out rows, {named}: lower optimizer.learning_rate, look at these rows, or try precision: fp32"), ExitCodes.Failed);
        }

        return new OrderedDictionary<string, double>(
            sums.Values().Select(metric => KeyValuePair.Create(MetricNames.Held + metric.Key, metric.Value)), StringComparer.Ordinal);
    }
}

/// <summary>What a run writes while its loop works: metrics, status, checkpoints, evaluations, the console.</summary>
/// <param name="Folder">the run's folder</param>
/// <param name="Parts">what is trained</param>
/// <param name="Checkpoints">its checkpoints</param>
/// <param name="Console">where people read</param>
/// <param name="Attempt">1 for the first start</param>
public sealed record RunHost(RunFolder Folder, LoopParts Parts, CheckpointStore Checkpoints, IRunConsole Console, int Attempt) : ILoopHost, IDisposable
{
    private static readonly TimeSpan StatusEvery = TimeSpan.FromSeconds(2);

    private readonly MetricsWriter _metrics = new(Folder.Metrics);
    private DateTime _status = DateTime.MinValue;

    /// <summary>Held-out rows; null without.</summary>
    public IRowSet? HeldOutRows { get; init; }

    /// <summary>Rows of one forward pass on held-out rows.</summary>
    public int MicroBatch { get; init; } = 1;

    /// <summary>The step that ends the run by steps or epochs; <see cref="int.MaxValue"/> where there is none.</summary>
    public int LastStep { get; init; } = int.MaxValue;

    /// <summary>Answers to held-out prompts; null without.</summary>
    public RunSamples? Samples { get; init; }

    /// <inheritdoc/>
    public string? StopRequested => Folder.StopRequested ? "the stop file asked for it" : null;

    /// <inheritdoc/>
    public void Stepped(StepReport report)
    {
        Write(report.State.Step, report.Metrics);
        Console.Progress(report);
        if (DateTime.UtcNow - _status >= StatusEvery)
        {
            _status = DateTime.UtcNow;
            WriteStatus(RunState.Running, report.State.Step);
        }
    }

    /// <inheritdoc/>
    public void Evaluate(TrainState state)
    {
        if (HeldOutRows is null)
        {
            return;
        }

        IReadOnlyDictionary<string, double> values = HeldOut.Measure(Parts.Objective, HeldOutRows, MicroBatch, state.Step);
        Write(state.Step, values);
        Console.Note(FormattableString.Invariant($"held-out rows ({HeldOutRows.Count}) after step {state.Step}: ")
            + string.Join(", ", values.Select(value => FormattableString.Invariant($"{value.Key[MetricNames.Held.Length..]} {value.Value:0.0000}"))));
        Samples?.Write(state.Step, Attempt);
    }

    /// <inheritdoc/>
    public void Save(TrainState state)
    {
        WriteStatus(Folder.StopRequested ? RunState.Stopping : RunState.Running, state.Step);
        _metrics.FlushToDisk();
        Checkpoints.Save(state, Parts.StateTensors());
    }

    /// <summary>Writes status.json.</summary>
    public void WriteStatus(RunState state, int step, string reason = "") =>
        (RunStatus.OfThisProcess(state, step, Attempt, DateTimeOffset.UtcNow, reason) with { LastStep = LastStep < int.MaxValue ? LastStep : null }).Write(Folder.Status);

    /// <inheritdoc/>
    public void Dispose() => _metrics.Dispose();

    private void Write(int step, IReadOnlyDictionary<string, double> values) =>
        _metrics.Add(new MetricRecord(step, Attempt, DateTimeOffset.UtcNow, values));
}

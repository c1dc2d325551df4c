using System.Diagnostics;
using System.Globalization;

using Alignment.Data;
using Alignment.Native;
using Alignment.Shared;
using Alignment.Shared.Runs;

using static TorchSharp.torch;

namespace Alignment.Training;

/// <summary>What is trained, on what, by which rule.</summary>
/// <param name="Objective">forward and backward of a micro-batch</param>
/// <param name="Rows">the training rows</param>
/// <param name="Planner">which rows each step takes</param>
/// <param name="Parameters">the trained weights</param>
/// <param name="Optimizer">steps them</param>
public sealed record LoopParts(IObjective Objective, IRowSet Rows, BatchPlanner Planner, FlatParameters Parameters, AdamW Optimizer)
{
    /// <summary>Every tensor that a checkpoint holds: master weights and both moments.</summary>
    public IReadOnlyList<(string Name, Tensor Tensor)> StateTensors() =>
    [
        ("master", Parameters.Master), ("first_moments", Optimizer.FirstMoments), ("second_moments", Optimizer.SecondMoments),
    ];

    /// <summary>Puts a checkpoint's tensors and step back.</summary>
    public void Restore(Checkpoint checkpoint)
    {
        checkpoint.ReadInto(StateTensors());
        Parameters.PublishMaster();
        Optimizer.StepCount = checkpoint.State.Step;
        checkpoint.State.RestoreGenerator();
    }
}

/// <summary>
/// The only training loop: steps of accumulated micro-batches, clipping, AdamW, schedule, metrics, evaluation, checkpoints, stop
/// and resume. It runs on one thread, which should be its own, and reads one packed tensor per step from the device.
/// </summary>
public sealed class TrainLoop(LoopParts parts, LoopOptions options, ILoopHost host)
{
    private readonly StepRunner _runner = new(parts.Objective, parts.Parameters, parts.Optimizer);
    private readonly int _lastStep = options.LastStep(parts.Planner);
    private readonly Stopwatch _clock = new();
    private double _secondsBefore;

    /// <summary>Reads from the device so far: one per step.</summary>
    public long HostReads { get; private set; }

    private double SecondsSoFar => _secondsBefore + _clock.Elapsed.TotalSeconds;

    /// <summary>Trains from a state on until a limit is reached or the run is asked to stop; then a checkpoint is written.</summary>
    /// <exception cref="UserError">a loss or gradient is not finite; names the rows</exception>
    public LoopResult Run(TrainState state, CancellationToken stop = default)
    {
        _secondsBefore = state.Seconds;
        _clock.Restart();
        using var feed = new BatchFeed(parts.Rows, parts.Planner, state.Epoch, state.StepInEpoch, _lastStep - state.Step);
        int saved = state.Step;
        while (true)
        {
            string? limit = Limit(state);
            string? asked = limit is null ? host.StopRequested ?? (stop.IsCancellationRequested ? "asked to stop" : null) : null;
            bool ends = limit is not null || asked is not null;
            if (state.Evaluated != state.Step && (limit is not null || Due(options.EvaluateEvery, state.Step)))
            {
                host.Evaluate(state);
                state = state with { Evaluated = state.Step };
            }

            if (saved != state.Step && (asked is not null || (options.SaveEvery > 0 && (ends || Due(options.SaveEvery, state.Step)))))
            {
                host.Save((state with { Seconds = SecondsSoFar }).WithGenerator());
                saved = state.Step;
            }

            if (ends)
            {
                return new LoopResult(state, limit is not null, limit ?? asked!);
            }

            state = Step(feed.Next(), state);
        }
    }

    private static bool Due(int every, int step) => every > 0 && step > 0 && step % every == 0;

    private string? Limit(TrainState state) =>
        state.Step >= _lastStep ? FormattableString.Invariant($"{_lastStep} steps done")
        : options.Tokens is long tokens && state.Tokens >= tokens ? FormattableString.Invariant($"{state.Tokens} tokens done")
        : options.Time is TimeSpan time && state.Seconds >= time.TotalSeconds ? FormattableString.Invariant($"{time.TotalMinutes:0.##} minutes done")
        : null;

    private TrainState Step(PreparedStep step, TrainState state)
    {
        long started = Stopwatch.GetTimestamp();
        double rate = options.LearningRate * Schedules.Factor(options.Schedule, state.Step, options.WarmupSteps, _lastStep);
        using var scope = NewDisposeScope();
        if (options.DropoutSeed is int seed)
        {
            random.manual_seed(((long)seed << 32) + state.Step);
        }

        Tensor packed = _runner.Accumulate(step.Batches, step.Context);
        double[] numbers = Read(packed);
        List<(SequenceBatch, RowValues)> micro = Unpack(step.Batches, numbers);
        if (!numbers.All(double.IsFinite))
        {
            throw NotFinite(step, micro, state.Step + 1);
        }

        _runner.Apply(packed, options.MaxGradNorm, rate);
        if ((state.Step + 1) % options.TrimEvery == 0)
        {
            ProcessMemory.Trim();
        }

        Devices.Synchronize(parts.Parameters.Master.device);
        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        int tokens = step.Batches.Sum(batch => batch.Tokens);
        (int epoch, int next) = parts.Planner.After(step.Epoch, step.StepInEpoch);
        TrainState after = state with
        {
            Step = state.Step + 1,
            Epoch = epoch,
            StepInEpoch = next,
            Tokens = state.Tokens + tokens,
            Seconds = SecondsSoFar,
        };
        host.Stepped(new StepReport(after, _lastStep, Metrics(micro, after, numbers[^1], rate, tokens, seconds), micro));
        return after;
    }

    private double[] Read(Tensor packed)
    {
        HostReads++;
        using Tensor onHost = packed.cpu();
        return onHost.data<double>().ToArray();
    }

    private List<(SequenceBatch, RowValues)> Unpack(IReadOnlyList<SequenceBatch> batches, double[] numbers)
    {
        int columns = parts.Objective.Columns.Count;
        int start = 0;
        var micro = new List<(SequenceBatch, RowValues)>(batches.Count);
        foreach (SequenceBatch batch in batches)
        {
            int length = batch.Source.Length * columns;
            micro.Add((batch, new RowValues(numbers[start..(start + length)], columns)));
            start += length;
        }

        return micro;
    }

    private IReadOnlyDictionary<string, double> Metrics(
        List<(SequenceBatch Batch, RowValues Values)> micro, TrainState after, double norm, double rate, int tokens, double seconds)
    {
        var sums = new MetricSums();
        foreach ((SequenceBatch batch, RowValues values) in micro)
        {
            parts.Objective.AddMetrics(sums, batch, values, training: true);
        }

        return new OrderedDictionary<string, double>(sums.Values(), StringComparer.Ordinal)
        {
            [MetricNames.GradNorm] = norm,
            [MetricNames.LearningRate] = rate,
            [MetricNames.Epoch] = after.EpochsDone(parts.Planner.StepsPerEpoch),
            [MetricNames.NumTokens] = after.Tokens,
            [MetricNames.StepSeconds] = seconds,
            [MetricNames.TokensPerSecond] = tokens / seconds,
            [MetricNames.MemoryBytes] = DeviceMemory.Peak(parts.Parameters.Master.device),
        };
    }

    private UserError NotFinite(PreparedStep step, List<(SequenceBatch Batch, RowValues Values)> micro, int number)
    {
        string[] rows = [.. micro.SelectMany(m => m.Batch.Source.Where((_, i) => !m.Values.IsFinite(i))).Select(parts.Rows.Name)];
        string what = rows.Length > 0 ? "loss" : "gradient";
        if (rows.Length == 0)
        {
            rows = [.. step.Batches.SelectMany(batch => batch.Source).Where(row => !HasFiniteGradient(row)).Select(parts.Rows.Name)];
        }

        string named = rows.Length > 0 ? $"of {string.Join(", ", rows.Take(8))}" : "only of the rows of the step together";
        return new UserError(string.Create(CultureInfo.InvariantCulture,
            $"the {what} of step {number} is not finite, {named}: lower optimizer.learning_rate, look at these rows, or try precision: fp32"), ExitCodes.Failed);
    }

    private bool HasFiniteGradient(int row)
    {
        using var scope = NewDisposeScope();
        int[] alone = [row];
        Tensor packed = _runner.Accumulate([parts.Rows.Collate(alone)], StepContext.Of(parts.Rows, [alone]));
        return double.IsFinite(Read(packed)[^1]);
    }
}

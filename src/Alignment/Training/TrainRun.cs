using Alignment.Adapters;
using Alignment.Data;
using Alignment.Models;
using Alignment.Native;
using Alignment.Shared;
using Alignment.Shared.Runs;
using Alignment.Shared.Snapshots;

using TorchSharp;

using static TorchSharp.torch;

namespace Alignment.Training;

/// <summary>What a run is started with.</summary>
/// <param name="Spec">its run.yaml</param>
/// <param name="BaseFolder">the folder of the run.yaml: what its relative paths start from</param>
/// <param name="Folder">the run's folder; it exists</param>
/// <param name="Data">the data folder</param>
/// <param name="Command">the command line, for the manifest</param>
public sealed record RunRequest(RunSpec Spec, string BaseFolder, RunFolder Folder, DataFolder Data, string Command)
{
    /// <summary>Go on from the last checkpoint.</summary>
    public bool Resume { get; init; }
}

/// <summary>
/// One run from its run.yaml to its model folder: rows, reference, audit, loop, result. It works on the calling thread, which
/// should be its own and hold no dispose scope.
/// </summary>
public sealed class TrainRun : IDisposable
{
    private readonly RunRequest _request;
    private readonly IRunConsole _console;
    private readonly RunInputs _inputs;
    private readonly RunManifest _manifest;
    private readonly int _attempt;

    /// <summary>Opens what the run names and writes its manifest; a resumed run is checked against the one it has.</summary>
    /// <exception cref="UserError">something is absent or damaged, or differs from what the run was started with; named</exception>
    public TrainRun(RunRequest request, IRunConsole console)
    {
        (_request, _console) = (request, console);
        // A run that was killed while it opened its inputs has neither manifest nor checkpoint: it starts from the beginning.
        bool began = request.Resume && (File.Exists(request.Folder.Manifest) || request.Folder.CheckpointSteps().Count > 0);
        RunManifest? before = began ? RunManifest.Read(request.Folder.Manifest) : null;
        RunSpec spec = request.Spec;
        set_num_threads(before?.Threads ?? spec.Threads ?? Environment.ProcessorCount);
        random.manual_seed(spec.Seed);
        _attempt = (RunStatus.Read(request.Folder.Status)?.Attempt ?? 0) + 1;
        File.Delete(request.Folder.StopFile);
        RunStatus.OfThisProcess(RunState.Running, LastStep(), _attempt, DateTimeOffset.UtcNow).Write(request.Folder.Status);
        _inputs = RunInputs.Open(spec, request.BaseFolder, request.Data);
        RunManifest now = _inputs.Manifest(request.Command, DateTimeOffset.UtcNow);
        _manifest = before ?? now;
        if (before is null)
        {
            now.Write(request.Folder.Manifest);
        }
        else
        {
            RequireSame(_inputs.Settings(before), _inputs.Settings(now));
        }

        if (_inputs.Model.Model.Warning is string warning)
        {
            console.Note("warning: " + warning);
        }

        if (_inputs.Device.type != DeviceType.CPU)
        {
            console.Note("on a GPU a resumed run is not bit-equal to one that was not interrupted");
        }
    }

    /// <summary>Trains, or goes on, until a limit or a request to stop; at a limit the result is written.</summary>
    /// <returns>how it ended</returns>
    /// <exception cref="UserError">the audit stopped it, a loss is not finite, the disk is full …</exception>
    public LoopResult Run(CancellationToken stop)
    {
        try
        {
            return Train(stop);
        }
        catch (Exception e) when (Devices.IsOutOfMemory(e))
        {
            throw new UserError($"memory of {_request.Spec.Device} ran out: lower batch.micro_batch or max_length, write precision: bf16, or train with lora; a run with checkpoints goes on with --resume", ExitCodes.Failed, e);
        }
    }

    private LoopResult Train(CancellationToken stop)
    {
        RunRows rows = Rows(_inputs.Data, SnapshotSplit.Train, null);
        RunRows? heldOut = HeldOutRows();
        var options = LoopOptions.Of(_request.Spec);
        var planner = new BatchPlanner(Plan(), rows.Set);
        using LoraAdapters? adapters = _inputs.Attach();
        using var parameters = FlatParameters.Create(
            adapters?.Weights ?? _inputs.Model.Model.Weights, ParameterGroup.ByDecay(_request.Spec.Optimizer.WeightDecay), adapters is null ? _inputs.Dtype : null);
        References(rows, heldOut, planner, options, adapters, stop);
        using var policy = new Policy(_inputs.Model.Model, parameters.GradientOf);
        using var optimizer = new AdamW(parameters, AdamWOptions());
        var parts = new LoopParts(Objective(policy, adapters), rows.Set, planner, parameters, optimizer);
        var checkpoints = new CheckpointStore(_request.Folder, _request.Spec.Save.Keep);
        using var host = new RunHost(_request.Folder, parts, checkpoints, _console, _attempt)
        {
            HeldOutRows = heldOut?.Set,
            MicroBatch = _request.Spec.Batch.MicroBatch,
            LastStep = options.LastStep(planner),
            Samples = heldOut is null ? null : new RunSamples(_inputs.Model, heldOut.Set, _request.Spec.Evaluate.Samples, _request.Folder.Samples),
        };
        TrainState start = Start(parts, rows, checkpoints);
        host.WriteStatus(RunState.Running, start.Step);
        LoopResult result = new TrainLoop(parts, options, host).Run(start, stop);
        if (result.Completed)
        {
            RunExport.Write(_request.Folder, _inputs, parameters, adapters);
        }

        host.WriteStatus(result.Completed ? RunState.Completed : RunState.Stopped, result.State.Step, result.Reason);
        return result;
    }

    /// <summary>Writes that the run failed, where the folder can still be written.</summary>
    public static void WriteFailure(RunFolder folder, string reason)
    {
        try
        {
            RunStatus? last = RunStatus.Read(folder.Status);
            RunStatus.OfThisProcess(RunState.Failed, last?.Step ?? 0, last?.Attempt ?? 1, DateTimeOffset.UtcNow, reason).Write(folder.Status);
        }
        catch (UserError)
        {
            // The disk is full or the folder is gone: the message on the console is what remains.
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _inputs.Dispose();

    private static void RequireSame(IReadOnlyDictionary<string, string> before, IReadOnlyDictionary<string, string> now)
    {
        string[] changed = [.. before.Where(setting => now[setting.Key] != setting.Value).Select(setting => $"{setting.Key} ({Short(setting.Value)} then, {Short(now[setting.Key])} now)")];
        if (changed.Length > 0)
        {
            throw new UserError($"the run cannot be resumed, because it would not go on as it began: {string.Join("; ", changed)}. Put that back, or start a new run", ExitCodes.Failed);
        }
    }

    private static string Short(string value) => value.Length == 64 ? value[..12] + "…" : value;

    private int LastStep() => _request.Folder.CheckpointSteps() is [.., int last] && _request.Resume ? last : 0;

    private AdamWOptions AdamWOptions()
    {
        OptimizerSpec spec = _request.Spec.Optimizer;
        return new AdamWOptions(spec.Betas[0], spec.Betas[1], spec.Eps);
    }

    private BatchPlan Plan() => new(_request.Spec.Batch.RowsPerStep, _request.Spec.Batch.MicroBatch)
    {
        Seed = (ulong)_request.Spec.Seed,
        Shuffle = _request.Spec.Order == OrderNames.Shuffled,
        ByLength = _request.Spec.Batch.ByLength,
    };

    private IObjective Objective(Policy policy, LoraAdapters? adapters) => _request.Spec switch
    {
        DpoSpec dpo => new DpoObjective(policy, PairLossPlan.Of(dpo.Loss)) { Dropout = Switch(adapters) },
        _ => new SftObjective(policy) { Dropout = Switch(adapters) },
    };

    private static Action<bool>? Switch(LoraAdapters? adapters) =>
        adapters is { Config.Dropout: > 0 } ? on => adapters.Training = on : null;

    private RunRows? HeldOutRows()
    {
        EvaluateSpec spec = _request.Spec.Evaluate;
        TrainingData data = _inputs.HeldOut ?? _inputs.Data;
        SnapshotSplit split = _inputs.HeldOut is not null && data.Count(SnapshotSplit.Test) == 0 ? SnapshotSplit.Train : SnapshotSplit.Test;
        bool none = data.Count(split) == 0;
        if (none && spec is { Rows: not 0, EverySteps: > 0 })
        {
            _console.Note($"warning: evaluate.every_steps evaluates nothing, because {data.Path} has no test rows: name held-out rows as evaluate.data, or remove the key");
        }

        return spec.Rows == 0 || none ? null : Rows(data, split, spec.Rows);
    }

    private RunRows Rows(TrainingData data, SnapshotSplit split, int? limit)
    {
        RunRows rows = RunRows.Encode(_request.Spec, _inputs.Model, data, split, limit);
        string name = split == SnapshotSplit.Train && data == _inputs.Data ? "training rows" : "held-out rows";
        int longest = Enumerable.Range(0, rows.Set.Count).Max(rows.Set.Length);
        _console.Note(FormattableString.Invariant($"{name}: {rows.Set.Count}, longest {longest} tokens, {rows.Dropped.Count} dropped"));
        foreach (IGrouping<string, DroppedRow> dropped in rows.Dropped.GroupBy(row => row.Reason).Take(5))
        {
            _console.Note($"  dropped, because {dropped.Key}: {string.Join(", ", dropped.Take(8).Select(row => RowText.Name(row.Id, row.Line)))}{(dropped.Count() > 8 ? " …" : "")}");
        }

        foreach (ControlTokenFinding found in rows.ControlTokens)
        {
            _console.Note($"warning: the control token {found.Token} stands in the text of {found.Rows.Count} rows and is read as structure: {string.Join(", ", found.Rows.Take(8))}{(found.Rows.Count > 8 ? " …" : "")}");
        }

        if (!_request.Resume || _request.Folder.CheckpointSteps().Count == 0)
        {
            StepZeroAudit.CheckRows(rows.Problems);
        }

        return rows;
    }

    private void References(RunRows rows, RunRows? heldOut, BatchPlanner planner, LoopOptions options, LoraAdapters? adapters, CancellationToken stop)
    {
        if (rows.Set is not PairSet pairs)
        {
            return;
        }

        using var reference = new ReferenceModel(_inputs, adapters);
        var cache = new ReferenceCache(Path.Combine(_request.Data.Cache, "reference"));
        int steps = Math.Min(options.LastStep(planner), planner.StepsPerEpoch);
        int[][] used = [.. Enumerable.Range(0, steps).SelectMany(step => planner.Step(0, step))];
        pairs.Reference = Reference(cache, _inputs.Data, pairs, used);
        if (heldOut?.Set is PairSet held)
        {
            TrainingData data = _inputs.HeldOut ?? _inputs.Data;
            int[][] all = [.. BatchPlanner.Pass(held, _request.Spec.Batch.MicroBatch, byLength: true)];
            held.Reference = Reference(cache, data, held, all);
        }

        ReferenceLogps Reference(ReferenceCache from, TrainingData data, PairSet set, int[][] micro)
        {
            DateTime last = DateTime.UtcNow;
            return from.Get(_inputs.ReferenceKey(_manifest, data, set, micro), set, micro, reference.Open, done =>
            {
                if (DateTime.UtcNow - last > TimeSpan.FromSeconds(10))
                {
                    last = DateTime.UtcNow;
                    _console.Note(FormattableString.Invariant($"reference log-probabilities: {done}/{micro.Sum(batch => batch.Length)}"));
                }
            }, stop);
        }
    }

    private TrainState Start(LoopParts parts, RunRows rows, CheckpointStore checkpoints)
    {
        string? reference = rows.Set is PairSet { Reference: ReferenceLogps values } ? ReferenceCache.Hash(values) : null;
        var settings = new SortedDictionary<string, string>(_inputs.Settings(_manifest).ToDictionary(), StringComparer.Ordinal) { ["rows"] = RowFingerprint.Of(rows.Set) };
        if (_request.Resume && checkpoints.Newest() is Checkpoint checkpoint)
        {
            RequireSame(checkpoint.State.Settings, settings);
            if (checkpoint.State.Reference != reference)
            {
                throw new UserError($"checkpoint {checkpoint.Path} was made with other reference log-probabilities than {Path.Combine(_request.Data.Cache, "reference")} holds now: put the cache back, or start a new run", ExitCodes.Failed);
            }

            parts.Restore(checkpoint);
            _console.Note(FormattableString.Invariant($"going on after step {checkpoint.State.Step}"));
            return checkpoint.State;
        }

        Audit(parts);
        return new TrainState { Settings = settings, Reference = reference };
    }

    private void Audit(LoopParts parts)
    {
        bool isPolicy = _inputs.ReferencePath is null;
        if (!isPolicy)
        {
            _console.Note("the reference is another model than the one trained: the first loss is not checked against its known value");
        }

        IReadOnlyList<int[]> micro = parts.Planner.Step(0, 0);
        var step = new PreparedStep(0, 0, [.. micro.Select(parts.Rows.Collate)], StepContext.Of(parts.Rows, micro));
        double beta = (_request.Spec as DpoSpec)?.Loss.Beta ?? 0;
        StepZeroAudit.CheckValues(parts, step, new AuditOptions(isPolicy, _request.Spec.Precision == PrecisionNames.Fp32, _request.Spec.Lora is not { Dropout: > 0 }, beta));
    }
}

/// <summary>The reference of a preference loss: the model before training with its adapters off, or another one, loaded when it is needed.</summary>
/// <param name="inputs">names it</param>
/// <param name="adapters">off while the reference is used</param>
internal sealed class ReferenceModel(RunInputs inputs, LoraAdapters? adapters) : IDisposable
{
    private CausalModel? _other;
    private Policy? _policy;

    /// <summary>The reference, ready to be asked.</summary>
    public Policy Open()
    {
        if (_policy is null)
        {
            _other = inputs.ReferencePath is string path ? CausalModel.Load(path, inputs.Dtype, inputs.Device) : null;
            _policy = Policy.Frozen(_other ?? inputs.Model.Model);
        }

        Switch(false);
        return _policy;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Switch(true);
        _policy?.Dispose();
        _other?.Dispose();
    }

    private void Switch(bool enabled)
    {
        if (adapters is not null)
        {
            adapters.Enabled = enabled;
        }
    }
}

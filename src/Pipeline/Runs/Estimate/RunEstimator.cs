using Alignment.Pipeline.Runs.Check;
using Alignment.Pipeline.Runs.Devices;
using Alignment.Pipeline.Runs.Models;
using Alignment.Shared.Runs;
using Alignment.Shared.Snapshots;

namespace Alignment.Pipeline.Runs.Estimate;

/// <summary>Steps, tokens, time and memory of a run that was not started.</summary>
internal sealed class RunEstimator(RunYamlCheck check, ModelSizing sizing, PastSpeed past, DeviceProbe devices)
{
    private Opened? _opened;

    /// <summary>Everything about a run.</summary>
    public async Task<RunEstimate> OfAsync(RunSpec spec, CancellationToken cancellationToken)
    {
        (ModelFacts model, RowSample rows) = await LookAsync(spec, cancellationToken);
        MemoryEstimate memory = Memory(spec, model, rows);
        (long? steps, double? tokens) = Length(spec.Limits, spec.Batch.RowsPerStep, rows);
        MeasuredSpeed? speed = await past.FindAsync(spec, cancellationToken);
        TimeSpan? limit = spec.Limits.Minutes is double minutes ? TimeSpan.FromMinutes(minutes) : null;
        if (tokens is not double known)
        {
            return new(rows.Rows, steps, null, limit, "limits.minutes", memory);
        }

        (TimeSpan time, string basis) = TimeModel.Of(spec, known, model, speed, devices.Known);
        return new(rows.Rows, steps, (long)known, limit < time ? limit : time, limit < time ? "limits.minutes" : basis, memory);
    }

    /// <summary>The memory of a run.</summary>
    public async Task<MemoryEstimate> MemoryAsync(RunSpec spec, CancellationToken cancellationToken)
    {
        (ModelFacts model, RowSample rows) = await LookAsync(spec, cancellationToken);
        return Memory(spec, model, rows);
    }

    private async Task<(ModelFacts Model, RowSample Rows)> LookAsync(RunSpec spec, CancellationToken cancellationToken)
    {
        ModelFacts model = await sizing.OfAsync(check.ModelOf(spec), cancellationToken);
        return (model, await Task.Run(() => RowSample.Of(spec, Open(check.DataOf(spec)), model.Vocabulary), cancellationToken));
    }

    // Opening reads all rows to verify their hash; a form that is being filled in asks again and again about the same ones.
    private TrainingData Open(string path)
    {
        DateTime written = Directory.Exists(path) ? Directory.GetLastWriteTimeUtc(path) : File.GetLastWriteTimeUtc(path);
        Opened? last = _opened;
        if (last is null || last.Path != path || last.Written != written)
        {
            _opened = last = new(path, written, TrainingData.Open(path));
        }

        return last.Data;
    }

    private static (long? Steps, double? Tokens) Length(LimitsSpec limits, int rowsPerStep, RowSample rows)
    {
        double perStep = Math.Min(rowsPerStep, rows.Rows) * rows.MeanTokens;
        double?[] steps =
        [
            limits.Steps,
            limits.EffectiveEpochs is double epochs ? Math.Ceiling((epochs * Math.Ceiling((double)rows.Rows / rowsPerStep)) - 1e-9) : null,
            limits.Tokens is long most ? Math.Ceiling(most / perStep) : null,
        ];
        double? least = steps.Min();
        return ((long?)least, least * perStep);
    }

    private MemoryEstimate Memory(RunSpec spec, ModelFacts model, RowSample rows)
    {
        IReadOnlyList<MemoryPart> parts = MemoryModel.Parts(spec, model, rows.LongestPositions);
        long bytes = parts.Sum(part => part.Bytes);
        bool onCpu = spec.Device == "cpu";
        long? limit = onCpu ? MachineMemory.Limit : devices.Known?.Devices.FirstOrDefault(device => device.Name == RunQueue.DeviceOf(spec))?.MemoryBytes;
        string? refusal = bytes <= (limit ?? long.MaxValue) ? null
            : $"the run needs about {MemoryModel.Words(bytes)} ({string.Join(", ", parts.OrderByDescending(part => part.Bytes).Select(part => $"{part.Name} {MemoryModel.Words(part.Bytes)}"))}), "
                + $"and {spec.Device} has {MemoryModel.Words(limit!.Value)}: take a smaller model, lower batch.micro_batch or max_length, or train with lora";
        return new(model.Parameters!.Value, parts, bytes, limit, onCpu ? MachineMemory.Free() : null, refusal);
    }

    private sealed record Opened(string Path, DateTime Written, TrainingData Data);
}

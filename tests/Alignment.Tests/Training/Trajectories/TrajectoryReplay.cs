using System.Text.Json.Nodes;

using Alignment.Adapters;
using Alignment.Checkpoints;
using Alignment.Data;
using Alignment.Goldens;
using Alignment.Models;
using Alignment.Native;
using Alignment.Shared.Runs;
using Alignment.Training;

using TorchSharp;

using static TorchSharp.torch;

namespace Alignment.Tests.Training.Trajectories;

/// <summary>One recorded run again, through the product's own loop; every step is compared when it was taken.</summary>
internal sealed class TrajectoryReplay : ILoopHost, IDisposable
{
    private readonly TrajectoryCase _run;
    private readonly GoldenSuite _suite;
    private readonly CausalModel _model;
    private readonly LoraAdapters? _adapters;
    private readonly FlatParameters _parameters;
    private readonly Policy _policy;
    private readonly IRowSet _rows;
    private readonly IReadOnlyList<JsonObject> _steps;

    public TrajectoryReplay(TrajectoryCase run, GoldenSuite suite, Func<bool, IRowSet> rows, bool sharePrompt, JsonObject? second)
    {
        (_run, _suite) = (run, suite);
        _steps = run.Lines(second is null ? "steps.jsonl" : "steps_second.jsonl");
        _model = CausalModel.Load(run.ModelPath, ScalarType.Float32, CPU);
        _adapters = run.Run["lora"] is JsonObject lora ? Attach(lora) : null;
        _rows = rows(sharePrompt);
        var planner = new BatchPlanner(run.Plan(second), _rows);
        if (_rows is PairSet pairs)
        {
            pairs.Reference = Reference(planner);
        }

        _parameters = FlatParameters.Create(_adapters?.Weights ?? _model.Weights, ParameterGroup.ByDecay(run.WeightDecay));
        _policy = new Policy(_model, _parameters.GradientOf);
        IObjective objective = run.Trainer == TrainerNames.Sft ? new SftObjective(_policy) : new DpoObjective(_policy, run.Loss());
        Parts = new LoopParts(objective, _rows, planner, _parameters, new AdamW(_parameters, new AdamWOptions()));
    }

    public LoopParts Parts { get; }

    public int StopAfter { get; init; } = int.MaxValue;

    public Action<TrainState>? OnSave { get; init; }

    public string? StopRequested => Parts.Optimizer.StepCount >= StopAfter ? "stop" : null;

    public void Replay(TrainState? start = null) => new TrainLoop(Parts, _run.Options(_steps.Count), this).Run(start ?? new TrainState());

    public void Evaluate(TrainState state)
    {
    }

    public void Save(TrainState state) => OnSave?.Invoke(state);

    public void Stepped(StepReport report)
    {
        int step = report.State.Step;
        JsonObject expected = _steps[step - 1];
        string at = $"step {step}";
        (double lossAbs, double lossRel) = _run.IsReal ? (Limit("real_loss_abs"), 0) : step == 1 ? (Limit("first_loss_abs"), 0) : (Limit("loss_abs"), Limit("loss_rel"));
        GoldenSuite.Near($"{at}: loss", report.Metrics[MetricNames.Loss], Number(expected, "loss"), lossAbs, lossRel);
        GoldenSuite.Near($"{at}: learning_rate", report.Metrics[MetricNames.LearningRate], Number(expected, "learning_rate"), 1e-12, 1e-12);
        GoldenSuite.Near($"{at}: grad_norm", report.Metrics[MetricNames.GradNorm], Number(expected, "grad_norm"),
            rel: Limit(_run.IsReal ? "real_grad_norm_rel" : step == 1 ? "first_grad_norm_rel" : "grad_norm_rel"));
        (double logpsAbs, double logpsRel) = _run.IsReal ? (Limit("real_sum_logps_abs"), 0) : (Limit("sum_logps_abs"), Limit("sum_logps_rel"));
        foreach (string name in report.Metrics.Keys.Where(name => expected.ContainsKey(name)))
        {
            if (name.StartsWith("rewards/", StringComparison.Ordinal))
            {
                GoldenSuite.Near($"{at}: {name}", report.Metrics[name], Number(expected, name), Limit("metrics_abs"));
            }
            else if (name.StartsWith("logps/", StringComparison.Ordinal))
            {
                GoldenSuite.Near($"{at}: {name}", report.Metrics[name], Number(expected, name), logpsAbs, logpsRel);
            }
        }

        JsonArray micro = expected["micro"]!.AsArray();
        Assert.Equal(micro.Count, report.Micro.Count);
        for (int m = 0; m < micro.Count; m++)
        {
            CompareMicro($"{at} micro {m}", report.Micro[m].Batch, report.Micro[m].Values, micro[m]!.AsObject(), (logpsAbs, logpsRel));
        }

        if (step == 1 && _run.Has("grads_step1.safetensors"))
        {
            CompareFirstGradient();
        }
    }

    /// <summary>The trained weights against the recorded ones.</summary>
    public void CompareFinal()
    {
        bool whole = _run.Has("final.safetensors");
        if (!whole && !_run.Has("final_sample.safetensors"))
        {
            return;
        }

        using SafetensorsFile file = SafetensorsFile.Open(_run.At(whole ? "final.safetensors" : "final_sample.safetensors"));
        (long within, long all, double largest) = (0, 0, 0);
        foreach (string name in file.Names)
        {
            using var scope = NewDisposeScope();
            Tensor mine = _parameters.MasterOf(Trained(name))!.flatten();
            Tensor difference = ((whole ? mine : mine[TensorIndex.Slice(null, null, 8)]) - file.Read(name).flatten()).abs();
            within += difference.le(2e-5).to(ScalarType.Int64).SumAll().ToInt64();
            all += difference.numel();
            largest = Math.Max(largest, difference.max().ToDouble());
        }

        Assert.True(within >= Limit("final_share_within_2e-5") * all, $"final weights: only {within} of {all} elements within 2e-5, largest difference {largest:G3}");
        GoldenSuite.Near("final weights: largest difference", largest, 0, Limit("final_max_abs_times_lr") * _run.LearningRate);
    }

    public void Dispose()
    {
        Parts.Optimizer.Dispose();
        _policy.Dispose();
        _parameters.Dispose();
        _adapters?.Dispose();
        _model.Dispose();
    }

    private static double Number(JsonObject line, string key) => GoldenData.Number(line[key]);

    private double Limit(string name) => _suite.Limit(name);

    private void CompareMicro(string at, SequenceBatch batch, RowValues values, JsonObject expected, (double Abs, double Rel) limits)
    {
        void Logps(string key, IReadOnlyList<double> actual)
        {
            if (expected[key] is JsonArray recorded)
            {
                GoldenSuite.Near($"{at}: {key}", actual, [.. recorded.Select(GoldenData.Number)], limits.Abs, limits.Rel);
            }
        }

        if (_run.Trainer == TrainerNames.Sft)
        {
            Logps("completion_logps", [.. values.Column(0).Select(nll => -nll)]);
            return;
        }

        Logps("policy_chosen_logps", values.Column(1));
        Logps("policy_rejected_logps", values.Column(2));
        Logps("ref_chosen_logps", batch.ReferenceChosen!);
        Logps("ref_rejected_logps", batch.ReferenceRejected!);
    }

    private void CompareFirstGradient()
    {
        using SafetensorsFile file = SafetensorsFile.Open(_run.At("grads_step1.safetensors"));
        foreach (string name in file.Names)
        {
            using var scope = NewDisposeScope();
            Tensor expected = file.Read(name);
            Tensor difference = _parameters.GradientOf(Trained(name))! - expected;
            GoldenSuite.Near($"gradient of {name}: norm of the difference", difference.norm().ToDouble(), 0, Limit("grad_norm_rel") * Math.Max(expected.norm().ToDouble(), 1e-3));
        }
    }

    private Weight Trained(string name) => _parameters.Views.Select(view => view.Weight)
        .Single(weight => weight.Name == name.Replace(".default.", ".", StringComparison.Ordinal));

    private LoraAdapters Attach(JsonObject lora)
    {
        var config = new LoraConfig { Rank = lora["r"]!.GetValue<int>(), Alpha = lora["lora_alpha"]!.GetValue<double>(), Dropout = lora["lora_dropout"]!.GetValue<double>() };
        var adapters = LoraAdapters.Attach(_model, config, seed: 0);
        using SafetensorsFile file = SafetensorsFile.Open(_run.At("adapter_init.safetensors"));
        using var guard = no_grad();
        foreach (string name in file.Names)
        {
            using Tensor value = file.Read(name);
            adapters.Weights.Single(weight => weight.Name == name.Replace(".default.", ".", StringComparison.Ordinal)).Value.copy_(value);
        }

        return adapters;
    }

    private ReferenceLogps Reference(BatchPlanner planner)
    {
        string folder = Directory.CreateTempSubdirectory("reference").FullName;
        try
        {
            using Policy frozen = Policy.Frozen(_model);
            using IDisposable off = new AdaptersOff(_adapters);
            return new ReferenceCache(folder).Get("x", _rows, [.. Enumerable.Range(0, planner.StepsPerEpoch).SelectMany(step => planner.Step(0, step))], () => frozen);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private sealed class AdaptersOff : IDisposable
    {
        private readonly LoraAdapters? _adapters;

        public AdaptersOff(LoraAdapters? adapters)
        {
            _adapters = adapters;
            Set(false);
        }

        public void Dispose() => Set(true);

        private void Set(bool enabled)
        {
            if (_adapters is not null)
            {
                _adapters.Enabled = enabled;
            }
        }
    }
}

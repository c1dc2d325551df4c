using System.Text.Json.Nodes;

using Alignment.Data;
using Alignment.Goldens;
using Alignment.Losses;
using Alignment.Shared.Runs;
using Alignment.Training;

namespace Alignment.Tests.Training.Trajectories;

/// <summary>One recorded run of TRL: what its run.json says, in our words.</summary>
internal sealed class TrajectoryCase
{
    private const string TrainerEnding = "Trainer", GgufEnding = ".gguf";

    private readonly JsonObject _config;
    private readonly JsonObject _run;

    public TrajectoryCase(string folder)
    {
        Folder = folder;
        _run = GoldenData.Json(At("run.json")).AsObject();
        _config = _run["config"]!.AsObject();
        Convention = "trl-" + string.Join('.', _run["versions"]!["trl"]!.GetValue<string>().Split('.').Take(2));
    }

    public string Folder { get; }

    public string Name => Path.GetFileName(Folder);

    /// <summary>The trainer as in a run.yaml; other trainers as TRL calls them, in lower case.</summary>
    public string Trainer => _run["trainer"]!.GetValue<string>().Replace(TrainerEnding, "", StringComparison.Ordinal).ToLowerInvariant() switch
    {
        "reward" => "rm",
        string name => name,
    };

    public string Convention { get; }

    /// <summary>The real model: numbers and ids only, wider limits.</summary>
    public bool IsReal => _run["model"]!.GetValue<string>().EndsWith(GgufEnding, StringComparison.OrdinalIgnoreCase);

    public string ModelPath => IsReal
        ? Path.Combine(GoldenData.Shared, "models", _run["model"]!.GetValue<string>())
        : GoldenData.At("trajectories", "models", _run["model"]!.GetValue<string>());

    /// <summary>The second form of the run: the same data in other micro-batches.</summary>
    public JsonObject? Second => _run["second_config"]?.AsObject();

    public JsonObject Run => _run;

    public double LearningRate => _config["learning_rate"]!.GetValue<double>();

    /// <summary>Every name by which the case may be unsupported.</summary>
    public IEnumerable<(string Kind, string Value)> Names()
    {
        yield return ("trainers", Trainer);
        yield return ("families", IsReal ? "llama" : _run["model"]!.GetValue<string>());
        yield return ("conventions", Convention);
        foreach (string loss in LossTypes())
        {
            yield return ("losses", loss == LossNames.Sigmoid && Smooths ? LossNames.Cdpo : loss);
        }

        if (_config["packing"]?.GetValue<bool>() == true)
        {
            yield return ("options", "packing_" + _config["packing_strategy"]!.GetValue<string>());
        }

        if (_config["rpo_alpha"] is not null)
        {
            yield return ("options", "rpo_alpha");
        }
    }

    public string At(string file) => Path.Combine(Folder, file);

    public bool Has(string file) => File.Exists(At(file));

    public IReadOnlyList<JsonObject> Lines(string file) => [.. GoldenData.JsonLines(At(file))];

    public EncodingRules Rules() => new(Convention, _config["max_length"]!.GetValue<int>())
    {
        MaxPromptLength = _config["max_prompt_length"]?.GetValue<int>(),
        MaxCompletionLength = _config["max_completion_length"]?.GetValue<int>(),
        KeepEnd = _config["truncation_mode"]?.GetValue<string>() != TruncationNames.KeepStart,
        LossOn = _config["completion_only_loss"]?.GetValue<bool>() == false ? LossOn.Everything : LossOn.Completion,
    };

    public BatchPlan Plan(JsonObject? config = null)
    {
        config ??= _config;
        int micro = config["per_device_train_batch_size"]!.GetValue<int>();
        return new BatchPlan(micro * config["gradient_accumulation_steps"]!.GetValue<int>(), micro) { Shuffle = false, ByLength = false };
    }

    public LoopOptions Options(int steps) => new()
    {
        Steps = steps,
        LearningRate = LearningRate,
        Schedule = _config["lr_scheduler_type"]!.GetValue<string>(),
        WarmupSteps = _config["warmup_steps"]!.GetValue<int>(),
        MaxGradNorm = _config["max_grad_norm"]!.GetValue<double>(),
    };

    public double WeightDecay => _config["weight_decay"]!.GetValue<double>();

    public PairLossPlan Loss()
    {
        string[] types = [.. LossTypes()];
        double[] weights = _config["loss_weights"] is JsonArray given ? [.. given.Select(w => w!.GetValue<double>())] : [.. types.Select(_ => 1.0)];
        int main = Array.FindIndex(types, type => type != "sft");
        int sft = Array.IndexOf(types, "sft");
        Assert.Equal(1.0, weights[main]);
        return new PairLossPlan(
            PairLosses.Find(types[main] == LossNames.Sigmoid && Smooths ? LossNames.Cdpo : types[main]),
            new PairLossOptions(_config["beta"]!.GetValue<double>(), _config["label_smoothing"]?.GetValue<double>() ?? 0),
            sft < 0 ? 0 : weights[sft]);
    }

    // TRL 1.16 ignores label_smoothing with sigmoid; in 0.24 it makes the conservative loss of it.
    private bool Smooths => Convention == ConventionNames.Trl024 && _config["label_smoothing"]?.GetValue<double>() > 0;

    private IEnumerable<string> LossTypes() => _config["loss_type"] switch
    {
        JsonArray several => several.Select(loss => loss!.GetValue<string>()),
        JsonValue one => [one.GetValue<string>()],
        _ => Trainer == TrainerNames.Dpo ? [LossNames.Sigmoid] : [],
    };
}

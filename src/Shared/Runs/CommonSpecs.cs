namespace Alignment.Shared.Runs;

/// <summary>How rows are gathered into steps.</summary>
public sealed record BatchSpec
{
    /// <summary>Rows (pairs for dpo) of one optimizer step.</summary>
    [RunKey("Rows of one optimizer step; pairs for dpo", Unit = "rows", Min = 1, Max = 1048576)]
    public int RowsPerStep { get; init; } = 8;

    /// <summary>Rows computed at once; the rest of a step is accumulated.</summary>
    [RunKey("Rows computed at once; a step accumulates as many micro-batches as it needs", Unit = "rows", Min = 1, Max = 1048576)]
    public int MicroBatch { get; init; } = 2;

    /// <summary>True to put rows of similar length into one micro-batch.</summary>
    [RunKey("Put rows of similar length into one micro-batch, so that little is padded; order: file keeps each step's rows")]
    public bool ByLength { get; init; } = true;

    /// <summary>True to compute a pair's prompt once for both answers.</summary>
    [RunKey("Compute a pair's prompt once for both answers", Trainers = TrainerNames.Dpo)]
    public bool SharePrompt { get; init; } = true;
}

/// <summary>How gradients become changes of the weights.</summary>
public sealed record OptimizerSpec
{
    /// <summary>The optimizer.</summary>
    [RunKey("The optimizer", Names = typeof(OptimizerNames))]
    public string Name { get; init; } = OptimizerNames.AdamW;

    /// <summary>The largest learning rate of the schedule.</summary>
    [RunKey("The largest learning rate of the schedule", Min = 0, AboveMin = true, Max = 10)]
    public double LearningRate { get; init; } = 5e-6;

    /// <summary>Decoupled weight decay.</summary>
    [RunKey("Decoupled weight decay; biases and norm weights are left out", Min = 0, Max = 10)]
    public double WeightDecay { get; init; }

    /// <summary>Decay rates of the two moments.</summary>
    [RunKey("Decay rates of the first and the second moment", Min = 0, Max = 1, BelowMax = true, Count = 2)]
    public IReadOnlyList<double> Betas { get; init; } = [0.9, 0.999];

    /// <summary>Added to the root of the second moment.</summary>
    [RunKey("Added to the root of the second moment", Min = 0, AboveMin = true, Max = 1)]
    public double Eps { get; init; } = 1e-8;

    /// <summary>The gradient norm above which gradients are scaled down.</summary>
    [RunKey("Gradients with a larger norm are scaled down to it; a very large number turns clipping off", Min = 0, AboveMin = true)]
    public double MaxGradNorm { get; init; } = 1;
}

/// <summary>How the learning rate changes over the steps.</summary>
public sealed record ScheduleSpec
{
    /// <summary>The schedule.</summary>
    [RunKey("The learning rate after the warm-up", Names = typeof(ScheduleNames))]
    public string Name { get; init; } = ScheduleNames.Linear;

    /// <summary>Steps of linear warm-up; the first of them has rate 0.</summary>
    [RunKey("Steps of linear warm-up; the first of them has rate 0", Unit = "steps", Min = 0, Max = int.MaxValue)]
    public int WarmupSteps { get; init; }
}

/// <summary>When the run ends: at the first limit that is reached; without any, after one epoch.</summary>
public sealed record LimitsSpec
{
    /// <summary>Passes over the rows.</summary>
    [RunKey("Passes over the rows; a part of one is allowed", Unit = "epochs", Min = 0, AboveMin = true, Max = 100000, Otherwise = "1 when no other limit is given", Example = "1", InTemplate = true)]
    public double? Epochs { get; init; }

    /// <summary>Optimizer steps.</summary>
    [RunKey("Optimizer steps", Unit = "steps", Min = 1, Max = int.MaxValue, Otherwise = "no limit", Example = "1000")]
    public int? Steps { get; init; }

    /// <summary>Tokens trained on, without padding.</summary>
    [RunKey("Tokens trained on, without padding", Unit = "tokens", Min = 1, Max = 9e15, Otherwise = "no limit", Example = "1000000")]
    public long? Tokens { get; init; }

    /// <summary>Wall-clock time.</summary>
    [RunKey("Wall-clock time; such a run can not be repeated exactly", Unit = "minutes", Min = 0, AboveMin = true, Max = 5256000, Otherwise = "no limit", Example = "60")]
    public double? Minutes { get; init; }

    /// <summary>The epochs that hold: as given, else 1 when no other limit is given, else null.</summary>
    public double? EffectiveEpochs => Epochs ?? (Steps is null && Tokens is null && Minutes is null ? 1 : null);
}

/// <summary>Low-rank adapters on linear layers (Hu et al. 2021).</summary>
[RefusedKey("dora", "DoRA is not built yet; use plain LoRA or rslora: true")]
[RefusedKey("use_dora", "DoRA is not built yet; use plain LoRA or rslora: true")]
[RefusedKey("bias", "training biases beside adapters is not supported, because the base would not come back with adapters off; remove the key")]
[RefusedKey("modules_to_save", "modules beside the adapters are not trained; remove the key")]
[RefusedKey("loraplus_lr_ratio", "LoRA+ is not supported; remove the key")]
[RefusedKey("r", "write rank")]
[RefusedKey("lora_alpha", "write alpha")]
[RefusedKey("target_modules", "write targets")]
public sealed record LoraSpec
{
    /// <summary>Rank of the adapters.</summary>
    [RunKey("Rank of the adapters", Min = 1, Max = 65536)]
    public int Rank { get; init; } = 16;

    /// <summary>Scaling: alpha / rank, with rslora alpha / √rank.</summary>
    [RunKey("Scaling of the adapters: alpha / rank, with rslora alpha / √rank", Min = 0, AboveMin = true, Max = 1e6)]
    public double Alpha { get; init; } = 32;

    /// <summary>The linear layers that get an adapter.</summary>
    [RunKey("The linear layers that get an adapter; all-linear leaves the head out",
        Forms = "all-linear, a list of module names or their endings such as [q_proj, v_proj], or a regular expression for the whole path")]
    public ModuleSelection Targets { get; init; } = ModuleSelection.AllLinear;

    /// <summary>Linear layers that get none; null is none of them.</summary>
    [RunKey("Linear layers that get no adapter, although targets names them", Otherwise = "none", Example = "[gate_proj]",
        Forms = "a list of module names or their endings, or a regular expression for the whole path")]
    public ModuleSelection? Exclude { get; init; }

    /// <summary>The layers that get adapters, counted from 0; null is all.</summary>
    [RunKey("The layers that get adapters, counted from 0", Min = 0, Max = 65536, Otherwise = "all", Example = "[0, 1]")]
    public IReadOnlyList<int>? Layers { get; init; }

    /// <summary>Rank-stabilised scaling (Kalajdzievski 2023).</summary>
    [RunKey("Rank-stabilised scaling: alpha / √rank")]
    public bool Rslora { get; init; }

    /// <summary>Dropout in front of the adapters.</summary>
    [RunKey("Share of the adapters' inputs that is dropped at random in training", Min = 0, Max = 1, BelowMax = true)]
    public double Dropout { get; init; }
}

/// <summary>Evaluation on held-out rows during the run.</summary>
public sealed record EvaluateSpec
{
    /// <summary>Steps between two evaluations; 0 evaluates at the end only.</summary>
    [RunKey("Steps between two evaluations; 0 evaluates at the end only", Unit = "steps", Min = 0, Max = int.MaxValue)]
    public int EverySteps { get; init; }

    /// <summary>How many held-out rows are evaluated, from the first on; null is all, 0 turns evaluation off.</summary>
    [RunKey("How many held-out rows are evaluated, from the first on; 0 turns evaluation off", Unit = "rows", Min = 0, Max = int.MaxValue, Otherwise = "all", Example = "200")]
    public int? Rows { get; init; }

    /// <summary>How many held-out prompts are answered at each evaluation.</summary>
    [RunKey("How many of the first held-out prompts are answered greedily at each evaluation, into samples.jsonl", Unit = "prompts", Min = 0, Max = 1000)]
    public int Samples { get; init; } = 2;

    /// <summary>Held-out rows; null is the test split of the snapshot.</summary>
    [RunKey("Other held-out rows; paths are relative to this file", Otherwise = "the test split of the snapshot", Example = "held-out.jsonl",
        Forms = "a snapshot's id or folder (its test split), or a rows.jsonl")]
    public string? Data { get; init; }
}

/// <summary>Checkpoints and the saved result.</summary>
public sealed record SaveSpec
{
    /// <summary>Steps between two checkpoints; 0 writes one only when the run is stopped.</summary>
    [RunKey("Steps between two checkpoints; 0 writes one only when the run is stopped", Unit = "steps", Min = 0, Max = int.MaxValue)]
    public int EverySteps { get; init; } = 100;

    /// <summary>How many checkpoints stay on disk.</summary>
    [RunKey("How many checkpoints stay on disk, the newest ones", Unit = "checkpoints", Min = 1, Max = 100000)]
    public int Keep { get; init; } = 2;

    /// <summary>Number format of the saved result; null is the run's precision.</summary>
    [RunKey("Number format of the saved result; checkpoints always keep the fp32 master weights", Names = typeof(SaveDtypeNames), Otherwise = "as precision", Example = "bf16")]
    public string? Dtype { get; init; }
}

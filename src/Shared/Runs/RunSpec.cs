namespace Alignment.Shared.Runs;

/// <summary>
/// What a run.yaml says: the keys that every trainer has. One derived record per trainer adds its own. A property is a key
/// in snake_case, its initial value the default, its <see cref="RunKeyAttribute"/> the documentation and the range.
/// </summary>
public abstract record RunSpec
{
    /// <summary>The trainer (<see cref="TrainerNames"/>).</summary>
    public abstract string Trainer { get; }

    /// <summary>The model to start from, as written in the file.</summary>
    [RunKey("The model to start from; paths are relative to this file", Required = true, Example = "smollm2",
        Forms = "a name under models/, a run's id, a Hugging Face folder or a GGUF file")]
    public string Model { get; init; } = "";

    /// <summary>The rows to train on, as written in the file.</summary>
    [RunKey("The rows to train on; paths are relative to this file", Required = true, Example = "my-dataset",
        Forms = "a snapshot's id or folder, or a rows.jsonl")]
    public string Data { get; init; } = "";

    /// <summary>Seed of every generator.</summary>
    [RunKey("Seed of the row order, of new adapter weights and of dropout", Min = 0, Max = int.MaxValue)]
    public int Seed { get; init; } = 1;

    /// <summary>Number format of the computation.</summary>
    [RunKey("Number format of the computation; master weights and gradient sums are fp32 in both", Names = typeof(PrecisionNames))]
    public string Precision { get; init; } = PrecisionNames.Bf16;

    /// <summary>The device.</summary>
    [RunKey("Where tensors live", Pattern = @"cpu|cuda(:\d{1,3})?", Forms = "cpu, cuda, or cuda:N for the card number N")]
    public string Device { get; init; } = "cpu";

    /// <summary>Threads of the computation; null is one per core.</summary>
    [RunKey("Threads of the computation", Unit = "threads", Min = 1, Max = 1024, Otherwise = "one per core", Example = "2")]
    public int? Threads { get; init; }

    /// <summary>True to refuse whatever is not deterministic on a GPU.</summary>
    [RunKey("On a GPU, refuse operations whose result is not the same each time; on a CPU it always holds")]
    public bool Deterministic { get; init; }

    /// <summary>Tokenisation, truncation, BOS and EOS.</summary>
    [RunKey("Whose tokenisation, truncation, BOS and EOS are followed", Names = typeof(ConventionNames))]
    public string Convention { get; init; } = ConventionNames.Trl116;

    /// <summary>Longest prompt plus completion.</summary>
    [RunKey("Longest prompt plus completion; longer rows are cut as the convention says", Unit = "tokens", Min = 2, Max = 16777216)]
    public int MaxLength { get; init; } = 512;

    /// <summary>The order of the rows.</summary>
    [RunKey("Rows shuffled anew in each epoch by the seed, or taken as the file has them", Names = typeof(OrderNames))]
    public string Order { get; init; } = OrderNames.Shuffled;

    /// <summary>Batches.</summary>
    [RunKey("How rows are gathered into steps")]
    public BatchSpec Batch { get; init; } = new();

    /// <summary>The optimizer.</summary>
    [RunKey("How gradients become changes of the weights")]
    public OptimizerSpec Optimizer { get; init; } = new();

    /// <summary>The learning-rate schedule.</summary>
    [RunKey("How the learning rate changes over the steps")]
    public ScheduleSpec Schedule { get; init; } = new();

    /// <summary>When the run ends.</summary>
    [RunKey("When the run ends: at the first limit that is reached")]
    public LimitsSpec Limits { get; init; } = new();

    /// <summary>Low-rank adapters; null trains every weight.</summary>
    [RunKey("Low-rank adapters instead of training every weight", Otherwise = "every weight is trained", InTemplate = true)]
    public LoraSpec? Lora { get; init; }

    /// <summary>Held-out evaluation during the run.</summary>
    [RunKey("Evaluation on held-out rows during the run")]
    public EvaluateSpec Evaluate { get; init; } = new();

    /// <summary>Checkpoints and the result.</summary>
    [RunKey("Checkpoints and the saved result")]
    public SaveSpec Save { get; init; } = new();

    /// <summary>Number format of the saved result: <see cref="SaveSpec.Dtype"/>, else the run's precision.</summary>
    public string SaveDtype => Save.Dtype ?? Precision;

    /// <summary>
    /// What is wrong between keys: the key to show, and what is wrong, what is allowed and how to fix it. Single values are
    /// checked before by their attributes.
    /// </summary>
    public virtual IEnumerable<RunProblem> Problems()
    {
        if (Batch.MicroBatch > Batch.RowsPerStep)
        {
            yield return new("batch.micro_batch", FormattableString.Invariant(
                $"{Batch.MicroBatch} is more than the {Batch.RowsPerStep} rows of a step; allowed are 1 to batch.rows_per_step: lower it or raise batch.rows_per_step"), "batch.rows_per_step");
        }

        bool endKnown = Limits.Steps is not null || Limits.EffectiveEpochs is not null;
        if (Schedule.Name != ScheduleNames.Constant && !endKnown)
        {
            yield return new("schedule.name",
                $"'{Schedule.Name}' needs a last step that is known beforehand; allowed without one is {ScheduleNames.Constant}: add limits.epochs or limits.steps",
                "limits.epochs", "limits.steps");
        }
    }
}

/// <summary>Something that is wrong between keys of a run.yaml.</summary>
/// <param name="Key">The key to show, with dots.</param>
/// <param name="Message">What is wrong, what is allowed, how to fix it.</param>
/// <param name="Because">Other keys that it follows from; where one of them is damaged itself, the problem is not reported.</param>
public sealed record RunProblem(string Key, string Message, params IReadOnlyList<string> Because);

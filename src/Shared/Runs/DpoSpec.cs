namespace Alignment.Shared.Runs;

/// <summary>Direct preference optimisation: pairs of answers, a reference model, no reward model.</summary>
public sealed record DpoSpec : RunSpec
{
    /// <inheritdoc/>
    public override string Trainer => TrainerNames.Dpo;

    /// <summary>The reference model, as written in the file; null is the model before training.</summary>
    [RunKey("The reference model; another one than the model itself turns the check of the first loss off", Otherwise = "the model before training; with lora, the model without adapters",
        Example = "smollm2", Forms = "as for model")]
    public string? Reference { get; init; }

    /// <summary>The loss.</summary>
    [RunKey("The loss of a pair")]
    public PairLossSpec Loss { get; init; } = new();

    /// <summary>Longest prompt; TRL 0.24 only.</summary>
    [RunKey("Longest prompt, of which the last tokens stay; trl-0.24 only", Unit = "tokens", Min = 1, Max = 16777216, Otherwise = "no limit of its own", Example = "256")]
    public int? MaxPromptLength { get; init; }

    /// <summary>Longest completion; TRL 0.24 only.</summary>
    [RunKey("Longest completion, of which the first tokens stay; trl-0.24 only", Unit = "tokens", Min = 1, Max = 16777216, Otherwise = "no limit of its own", Example = "256")]
    public int? MaxCompletionLength { get; init; }

    /// <summary>Which end of prompt plus completion stays; TRL 0.24 only.</summary>
    [RunKey("Which end of prompt plus completion stays at max_length; trl-0.24 only", Names = typeof(TruncationNames),
        Otherwise = "keep_end with trl-0.24, keep_start with trl-1.16", Example = TruncationNames.KeepEnd)]
    public string? TruncationMode { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<RunProblem> Problems()
    {
        IEnumerable<RunProblem> all = base.Problems().Concat(Loss.Problems());
        foreach (RunProblem problem in all)
        {
            yield return problem;
        }

        if (Convention == ConventionNames.Trl024)
        {
            yield break;
        }

        (string Key, bool Given)[] ignored =
        [
            ("max_prompt_length", MaxPromptLength is not null),
            ("max_completion_length", MaxCompletionLength is not null),
            ("truncation_mode", TruncationMode is not null),
        ];
        foreach ((string key, bool given) in ignored)
        {
            if (given)
            {
                yield return new(key, $"convention {Convention} ignores it; allowed with {ConventionNames.Trl024} only: remove the key or set convention: {ConventionNames.Trl024}", "convention");
            }
        }
    }
}

/// <summary>The loss of a pair. An option that a loss ignores is an error.</summary>
public sealed record PairLossSpec
{
    /// <summary>The loss.</summary>
    [RunKey("sigmoid is DPO; cdpo and robust expect flipped labels; ipo bounds the margin; hinge stops at a margin", Names = typeof(LossNames))]
    public string Name { get; init; } = LossNames.Sigmoid;

    /// <summary>Strength of the pull towards the reference.</summary>
    [RunKey("Pull towards the reference: the smaller, the further the model may go", Min = 0, AboveMin = true, Max = 1000)]
    public double Beta { get; init; } = 0.1;

    /// <summary>The share of labels that is expected to be flipped; cdpo and robust only.</summary>
    [RunKey("The share of labels that is expected to be flipped; cdpo and robust only, which need it", Min = 0, AboveMin = true, Max = 0.5, BelowMax = true,
        Otherwise = "no smoothing", Example = "0.1")]
    public double? LabelSmoothing { get; init; }

    /// <summary>Weight of the mean negative log-likelihood of the chosen answers that is added; 0 adds nothing.</summary>
    [RunKey("Weight of the chosen answers' mean negative log-likelihood that is added; 0 adds nothing", Min = 0, Max = 1000)]
    public double SftWeight { get; init; }

    /// <summary>What is wrong between the loss's keys.</summary>
    internal IEnumerable<RunProblem> Problems()
    {
        const string key = "loss.label_smoothing";
        bool smooths = Name is LossNames.Cdpo or LossNames.Robust;
        if (smooths && LabelSmoothing is null)
        {
            yield return new(key, $"loss {Name} needs it; allowed are numbers above 0 and below 0.5: add label_smoothing, such as 0.1", "loss.name");
        }
        else if (Name == LossNames.Sigmoid && LabelSmoothing is not null)
        {
            yield return new(key, $"loss {LossNames.Sigmoid} ignores it; allowed with {LossNames.Cdpo} and {LossNames.Robust} only: set name: {LossNames.Cdpo}, which is {LossNames.Sigmoid} with label smoothing, or remove the key", "loss.name");
        }
        else if (!smooths && LabelSmoothing is not null)
        {
            yield return new(key, $"loss {Name} ignores it; allowed with {LossNames.Cdpo} and {LossNames.Robust} only: remove the key", "loss.name");
        }
    }
}

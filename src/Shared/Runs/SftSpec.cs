namespace Alignment.Shared.Runs;

/// <summary>Supervised fine-tuning on demonstrations, texts, or the chosen answers of preferences.</summary>
public sealed record SftSpec : RunSpec
{
    /// <summary>The defaults of SFT.</summary>
    public SftSpec() => Optimizer = new() { LearningRate = 2e-5 };

    /// <inheritdoc/>
    public override string Trainer => TrainerNames.Sft;

    /// <summary>Which tokens are learned.</summary>
    [RunKey("Which tokens are learned: the completion (of a conversation its last assistant turn, of plain text everything), all tokens, or each assistant turn",
        Names = typeof(LossOnNames))]
    public string LossOn { get; init; } = LossOnNames.Completion;

    /// <inheritdoc/>
    public override IEnumerable<RunProblem> Problems()
    {
        foreach (RunProblem problem in base.Problems())
        {
            yield return problem;
        }

        if (Convention != ConventionNames.Trl116)
        {
            yield return new("convention", $"'{Convention}' does not exist for sft; allowed is {ConventionNames.Trl116}: remove the key");
        }
    }
}

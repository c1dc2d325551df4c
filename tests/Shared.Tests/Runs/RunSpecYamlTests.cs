using System.Globalization;
using Alignment.Shared.Runs;

namespace Alignment.Shared.Tests.Runs;

public sealed class RunSpecYamlTests
{
    /// <summary>The example of contracts.md, section 5.</summary>
    private const string Example = """
        trainer: dpo                  # sft | dpo | rm | kto | ppo
        model: smollm2
        data: hh-9f31                 # a snapshot's id or folder
        seed: 1
        precision: bf16
        device: cpu
        convention: trl-1.16
        max_length: 512
        batch: { rows_per_step: 8, micro_batch: 2 }      # pairs for dpo and rm
        optimizer: { name: adamw, learning_rate: 5.0e-6, weight_decay: 0, betas: [0.9, 0.999], eps: 1.0e-8, max_grad_norm: 1.0 }
        schedule: { name: linear, warmup_steps: 10 }
        limits: { epochs: 1 }         # or steps, tokens, minutes
        lora: { rank: 16, alpha: 32, targets: all-linear }
        loss: { name: sigmoid, beta: 0.1 }
        evaluate: { every_steps: 50 }
        save: { every_steps: 100, dtype: bf16 }
        """;

    [Fact]
    public void Parse_ContractsExample_GivesItsValues()
    {
        DpoSpec spec = Assert.IsType<DpoSpec>(RunSpecYaml.Parse(Example, "run.yaml"));

        Assert.Equal(("dpo", "smollm2", "hh-9f31", 1), (spec.Trainer, spec.Model, spec.Data, spec.Seed));
        Assert.Equal(("bf16", "cpu", "trl-1.16", 512), (spec.Precision, spec.Device, spec.Convention, spec.MaxLength));
        Assert.Equal((8, 2, true, true), (spec.Batch.RowsPerStep, spec.Batch.MicroBatch, spec.Batch.ByLength, spec.Batch.SharePrompt));
        Assert.Equal((5e-6, 0.0, 1e-8, 1.0), (spec.Optimizer.LearningRate, spec.Optimizer.WeightDecay, spec.Optimizer.Eps, spec.Optimizer.MaxGradNorm));
        Assert.Equal([0.9, 0.999], spec.Optimizer.Betas);
        Assert.Equal(("linear", 10, 1.0), (spec.Schedule.Name, spec.Schedule.WarmupSteps, spec.Limits.EffectiveEpochs));
        Assert.Equal((16, 32.0, true), (spec.Lora!.Rank, spec.Lora.Alpha, spec.Lora.Targets.IsAllLinear));
        Assert.Equal(("sigmoid", 0.1), (spec.Loss.Name, spec.Loss.Beta));
        Assert.Equal((50, 100, "bf16"), (spec.Evaluate.EverySteps, spec.Save.EverySteps, spec.SaveDtype));
    }

    [Fact]
    public void Parse_OnlyRequiredKeys_GivesTheTrainersDefaults()
    {
        RunSpec sft = RunSpecYaml.Parse("trainer: sft\nmodel: a\ndata: b\noptimizer: { weight_decay: 0.1 }\n", "run.yaml");

        Assert.Equal(new SftSpec().Optimizer.LearningRate, sft.Optimizer.LearningRate);
        Assert.NotEqual(new DpoSpec().Optimizer.LearningRate, sft.Optimizer.LearningRate);
        Assert.Equal(0.1, sft.Optimizer.WeightDecay);
        Assert.Null(sft.Lora);
        Assert.Equal(1.0, sft.Limits.EffectiveEpochs);
    }

    [Fact]
    public void Parse_ManyErrors_ListsEachWithFileLineAndKey()
    {
        const string text = """
            trainer: dpo
            model: a
            learning_rate: 1.0e-5
            max_lenght: 512
            seed: 1
            seed: 2
            precision: fp64
            max_length: 1
            optimizer:
              learning_rate: fast
              betas: [0.9]
              momentum: 0.9
            lora: true
            loss: { name: cdpo, label_smoothing: 0.5 }
            batch: { rows_per_step: 4, micro_batch: 8 }
            """;

        IReadOnlyList<string> errors = Assert.Throws<RunSpecException>(() => RunSpecYaml.Parse(text, "runs/run.yaml")).Errors;

        Assert.Collection(
            errors,
            e => Assert.StartsWith("runs/run.yaml:1: data: is missing", e, StringComparison.Ordinal),
            e => Has(e, "runs/run.yaml:3: learning_rate: is no key", "write it as optimizer.learning_rate"),
            e => Has(e, "runs/run.yaml:4: max_lenght: is no key", "did you mean 'max_length'?"),
            e => Has(e, "runs/run.yaml:6: seed: is given twice, first on line 5"),
            e => Has(e, "runs/run.yaml:7: precision: 'fp64' is not known", "fp32 or bf16"),
            e => Has(e, "runs/run.yaml:8: max_length: '1' is out of range", "whole numbers from 2 to 16777216 (tokens)", "(512)"),
            e => Has(e, "runs/run.yaml:10: optimizer.learning_rate: 'fast' is no number", "above 0 up to 10", "5.0e-6"),
            e => Has(e, "runs/run.yaml:11: optimizer.betas: has 1 elements", "a list of 2 numbers"),
            e => Has(e, "runs/run.yaml:12: optimizer.momentum: is no key", "allowed here: name, learning_rate"),
            e => Has(e, "runs/run.yaml:13: lora: is a section", "rank, alpha, targets"),
            e => Has(e, "runs/run.yaml:14: loss.label_smoothing: '0.5' is out of range", "above 0 and below 0.5"),
            e => Has(e, "runs/run.yaml:15: batch.micro_batch: 8 is more than the 4 rows"));
    }

    [Theory]
    [InlineData("loss: { label_smoothing: 0.1 }", "loss.label_smoothing", "name: cdpo")]
    [InlineData("loss: { name: ipo, label_smoothing: 0.1 }", "loss.label_smoothing", "loss ipo ignores it")]
    [InlineData("loss: { name: hinge, label_smoothing: 0.1 }", "loss.label_smoothing", "loss hinge ignores it")]
    [InlineData("loss: { name: cdpo }", "loss", "cdpo needs it")]
    [InlineData("loss: { name: robust }", "loss", "robust needs it")]
    [InlineData("max_prompt_length: 8", "max_prompt_length", "trl-0.24")]
    [InlineData("max_completion_length: 8", "max_completion_length", "trl-0.24")]
    [InlineData("truncation_mode: keep_end", "truncation_mode", "trl-0.24")]
    [InlineData("limits: { minutes: 5 }", "schedule", "limits.epochs or limits.steps")]
    [InlineData("limits: { tokens: 5 }", "schedule", "constant")]
    [InlineData("lora: { dora: true }", "lora.dora", "not built yet")]
    [InlineData("lora: { r: 8 }", "lora.r", "write rank")]
    [InlineData("loss_on: all", "loss_on", "trainer sft has it")]
    [InlineData("reference:", "reference", "has no value")]
    [InlineData("seed: '1'", "seed", "text in quotes")]
    [InlineData("seed: 1.5", "seed", "no whole number")]
    [InlineData("seed: 99999999999", "seed", "out of range")]
    [InlineData("seed: 1e3", "seed", "no whole number")]
    [InlineData("seed: [1]", "seed", "is a list")]
    [InlineData("deterministic: yes", "deterministic", "true or false")]
    [InlineData("device: gpu", "device", "cuda:N")]
    [InlineData("device: cuda:x", "device", "cuda:N")]
    [InlineData("optimizer: { learning_rate: 1,5 }", "optimizer", "5")]
    [InlineData("optimizer: { learning_rate: .nan }", "optimizer.learning_rate", "no number")]
    [InlineData("optimizer: { eps: 0 }", "optimizer.eps", "above 0")]
    [InlineData("lora: { targets: '(' }", "lora.targets", "no regular expression")]
    [InlineData("lora: { targets: [] }", "lora.targets", "empty list")]
    [InlineData("lora: { exclude: all-linear }", "lora.exclude", "every layer")]
    [InlineData("lora: { layers: [0, -1] }", "lora.layers", "out of range")]
    public void Parse_OneError_NamesKeyAndWayOut(string line, string key, string message)
    {
        RunSpecException e = Assert.Throws<RunSpecException>(() => RunSpecYaml.Parse($"trainer: dpo\nmodel: a\ndata: b\n{line}\n", "run.yaml"));

        Assert.Contains(e.Errors, error => error.StartsWith($"run.yaml:4: {key}", StringComparison.Ordinal) && error.Contains(message, StringComparison.Ordinal));
        Assert.Equal(ExitCodes.Usage, e.ExitCode);
    }

    [Theory]
    [InlineData("", "1: ", "no keys")]
    [InlineData("- a\n", "1: ", "no keys")]
    [InlineData("model: a\n", "1: trainer", "is missing")]
    [InlineData("trainer: grpo\n", "1: trainer", "sft or dpo")]
    [InlineData("trainer: dpo\nmodel: [a\n", "", "no valid YAML")]
    [InlineData("trainer: dpo\nmodel: &x a\n", "2: ", "anchors")]
    [InlineData("trainer: dpo\nmodel: !!str a\n", "2: ", "tags")]
    [InlineData("trainer: dpo\n---\ntrainer: dpo\n", "2: ", "second document")]
    [InlineData("trainer: dpo\n\tmodel: a\n", "2: ", "no valid YAML")]
    public void Parse_NoUsableFile_SaysWhere(string text, string place, string message)
    {
        string error = Assert.Single(Assert.Throws<RunSpecException>(() => RunSpecYaml.Parse(text, "run.yaml")).Errors);

        Has(error, "run.yaml:" + place, message);
    }

    [Fact]
    public void Parse_DeepNesting_IsAnErrorAndNoCrash()
    {
        string text = "trainer: dpo\nmodel: " + new string('[', 100_000);

        Assert.Throws<RunSpecException>(() => RunSpecYaml.Parse(text, "run.yaml"));
    }

    [Fact]
    public void Parse_SftWithOldConvention_IsRefused()
    {
        RunSpecException e = Assert.Throws<RunSpecException>(() => RunSpecYaml.Parse("trainer: sft\nmodel: a\ndata: b\nconvention: trl-0.24\n", "run.yaml"));

        Has(Assert.Single(e.Errors), "run.yaml:4: convention:", "trl-1.16");
    }

    [Fact]
    public void Parse_SftWithSharePrompt_NamesTheTrainerThatHasIt()
    {
        RunSpecException e = Assert.Throws<RunSpecException>(() => RunSpecYaml.Parse("trainer: sft\nmodel: a\ndata: b\nbatch: { share_prompt: true }\n", "run.yaml"));

        Has(Assert.Single(e.Errors), "run.yaml:4: batch.share_prompt:", "trainer dpo has it");
    }

    [Theory]
    [InlineData("de-DE")]
    [InlineData("tr-TR")]
    [InlineData("fa-IR")]
    public void ParseAndWrite_OtherCulture_GiveTheSame(string culture)
    {
        string expected = RunSpecYaml.Write(RunSpecYaml.Parse(Example, "run.yaml"));
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo(culture);

            Assert.Equal(expected, RunSpecYaml.Write(RunSpecYaml.Parse(Example, "run.yaml")));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void Write_EveryKind_ReadsBackTheSame()
    {
        var spec = new DpoSpec
        {
            Model = "C:\\models\\a: b # c \"q\" 😀\u0001",
            Data = "123",
            Reference = "null",
            Convention = ConventionNames.Trl024,
            MaxPromptLength = 7,
            TruncationMode = TruncationNames.KeepStart,
            Threads = 2,
            Deterministic = true,
            Optimizer = new() { LearningRate = 1.0 / 3 * 1e-6, Eps = 1e-8, Betas = [0.1, 0.25], MaxGradNorm = 1e9 },
            Limits = new() { Tokens = 123456789012, Minutes = 0.5, Steps = 3 },
            Lora = new() { Targets = ModuleSelection.Of(["q_proj", "layers.0.mlp.up_proj", "true", "1"]), Exclude = ModuleSelection.Of(@".*\.1\..*(q|k)"), Layers = [0, 3], Rslora = true, Dropout = 0.05 },
            Loss = new() { Name = LossNames.Robust, LabelSmoothing = 0.125, SftWeight = 0.5 },
            Batch = new() { SharePrompt = false },
            Save = new() { Dtype = SaveDtypeNames.Fp16 },
        };

        string text = RunSpecYaml.Write(spec);
        DpoSpec back = Assert.IsType<DpoSpec>(RunSpecYaml.Parse(text, "resolved.yaml"));

        Assert.Equal(text, RunSpecYaml.Write(back));
        Assert.Equal((spec.Model, spec.Data, spec.Reference), (back.Model, back.Data, back.Reference));
        Assert.Equal(spec.Optimizer.LearningRate, back.Optimizer.LearningRate);
        Assert.Equal(spec.Lora.Targets, back.Lora!.Targets);
        Assert.Equal(spec.Lora.Exclude, back.Lora.Exclude);
        Assert.Equal((spec.Loss, spec.Save, spec.Limits, spec.Batch), (back.Loss, back.Save, back.Limits, back.Batch));
        Assert.Contains("eps: 1.0e-8\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Template_EveryTrainer_IsReadAndHoldsTheDefaults()
    {
        foreach (string trainer in RunSchema.Trainers)
        {
            string template = RunSpecYaml.Template(trainer);
            RunSpec spec = RunSpecYaml.Parse(template, "run.yaml");
            RunSpec minimal = RunSpecYaml.Parse($"trainer: {trainer}\nmodel: {spec.Model}\ndata: {spec.Data}\nlora: {{}}\nlimits: {{ epochs: 1 }}\n", "run.yaml");

            Assert.Equal(RunSpecYaml.Write(minimal), RunSpecYaml.Write(spec));
            foreach (RunKey key in RunSchema.Find(trainer)!.All())
            {
                Assert.Contains($"{key.Name}:", template, StringComparison.Ordinal);
                Assert.Contains(key.Doc.Help, template, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void Template_CommentedKeys_AreValidWhenSwitchedOn()
    {
        foreach (string trainer in RunSchema.Trainers)
        {
            foreach (RunKey key in RunSchema.Find(trainer)!.All().Where(key => !key.IsSection && key.Default is null))
            {
                string value = Assert.IsType<string>(key.Doc.Example);
                string[] parts = key.Path.Split('.');
                string line = parts.Length == 1 ? $"{key.Name}: {value}" : $"{parts[0]}: {{ {parts[1]}: {value}, {Companion(key)} }}";
                string convention = trainer == TrainerNames.Dpo ? "convention: trl-0.24\n" : "";

                RunSpecYaml.Parse($"trainer: {trainer}\nmodel: a\ndata: b\nschedule: {{ name: constant }}\n{convention}{line}\n", key.Path);
            }
        }
    }

    [Fact]
    public void Template_UnknownTrainer_NamesTheKnownOnes() =>
        Assert.Contains("sft or dpo", Assert.Throws<UserError>(() => RunSpecYaml.Template("ppoo")).Message, StringComparison.Ordinal);

    [Fact]
    public void Load_MissingFileAndInvalidBytes_AreUserErrors()
    {
        using var folder = new TestFolder();
        string path = folder.At("run.yaml");

        Assert.Contains("align init", Assert.Throws<UserError>(() => RunSpecYaml.Load(path)).Message, StringComparison.Ordinal);
        File.WriteAllBytes(path, [(byte)'m', 0xff]);
        Assert.Contains("UTF-8", Assert.Throws<UserError>(() => RunSpecYaml.Load(path)).Message, StringComparison.Ordinal);
    }

    private static string Companion(RunKey key) => key.Path == "loss.label_smoothing" ? "name: cdpo" : "";

    private static void Has(string text, params string[] parts)
    {
        foreach (string part in parts)
        {
            Assert.Contains(part, text, StringComparison.Ordinal);
        }
    }
}

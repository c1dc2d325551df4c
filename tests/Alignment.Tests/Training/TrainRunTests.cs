using System.Text.Json.Nodes;

using Alignment.Goldens;
using Alignment.Models;
using Alignment.Shared;
using Alignment.Shared.Runs;
using Alignment.Training;

using TorchSharp;

using static TorchSharp.torch;

namespace Alignment.Tests.Training;

public class TrainRunTests
{
    private const string Short = "batch: { rows_per_step: 8, micro_batch: 2 }\nlimits: { steps: 6 }\nsave: { every_steps: 2, dtype: fp32 }\noptimizer: { learning_rate: 1.0e-3 }";
    private const string Lora = "\nlora: { rank: 4, alpha: 8 }";

    [Theory]
    [InlineData("precision: fp32\n" + Short, TrainerNames.Dpo)]
    [InlineData("precision: bf16\n" + Short, TrainerNames.Dpo)]
    [InlineData("precision: fp32\n" + Short + Lora, TrainerNames.Dpo)]
    [InlineData("precision: bf16\n" + Short + "\nlora: { rank: 4, alpha: 8, dropout: 0.1 }", TrainerNames.Dpo)]
    [InlineData("precision: bf16\n" + Short, TrainerNames.Sft)]
    public void Run_StoppedAndResumed_GivesTheBitsOfAnUninterruptedOne(string yaml, string trainer)
    {
        using var whole = new TinyRun(yaml, trainer);
        Assert.True(whole.Train().Completed);
        using var stopped = new TinyRun(yaml, trainer) { StopAfter = 3 };
        LoopResult first = stopped.Train();
        Assert.False(first.Completed);
        Assert.Equal(3, first.State.Step);
        Assert.Equal(RunState.Stopped, RunStatus.Read(stopped.Folder.Status)!.State);
        Assert.Equal([2, 3], stopped.Folder.CheckpointSteps());
        Assert.True(stopped.Train(resume: true).Completed);
        Assert.Equal(RunState.Completed, RunStatus.Read(stopped.Folder.Status)!.State);
        Assert.True(whole.Weights().AsSpan().SequenceEqual(stopped.Weights()), "weights differ");
        IReadOnlyList<MetricRecord> a = MetricsFile.Read(whole.Folder.Metrics), b = MetricsFile.Read(stopped.Folder.Metrics);
        Assert.Equal(a.Select(m => m.Values[MetricNames.Loss]), b.Select(m => m.Values[MetricNames.Loss]));
        Assert.Equal([1, 1, 1, 2, 2, 2], b.Select(m => m.Attempt));
    }

    [Fact]
    public void Run_Completed_LeavesACompleteFolder()
    {
        using var run = new TinyRun("precision: fp32\n" + Short + Lora + $"\nevaluate: {{ every_steps: 3, data: {GoldenData.At("trajectories", "dpo_ipo", "rows.jsonl")} }}");
        run.Train();
        using LoadedModel merged = LoadedModel.Load(run.Folder.Model, ScalarType.Float32, CPU);
        Assert.NotNull(merged.Template);
        Assert.True(File.Exists(Path.Combine(run.Folder.Adapter, "adapter_model.safetensors")));
        using CausalModel adapted = CausalModel.Load(TinyRun.Model, ScalarType.Float32, CPU);
        using var adapters = Alignment.Adapters.PeftFolder.Load(adapted, run.Folder.Adapter);
        adapters.Merge();
        Assert.All(adapted.Weights.Zip(merged.Model.Weights), pair => Assert.True(pair.First.Value.eq(pair.Second.Value).all().ToBoolean()));
        RunManifest manifest = RunManifest.Read(run.Folder.Manifest);
        Assert.Equal(1, manifest.Threads);
        Assert.Equal(merged.Tokenizer.Sha256.Length, manifest.Tokenizer.Sha256.Length);
        MetricRecord last = MetricsFile.Read(run.Folder.Metrics)[^1];
        Assert.Equal(6, last.Step);
        Assert.Contains("eval_rewards/accuracies", last.Values.Keys);
        Assert.Equal(4, File.ReadLines(run.Folder.Samples).Count(line => line.Contains("\"answer\":", StringComparison.Ordinal)));
        Assert.Equal(Math.Log(2), run.Console.Steps[0].Metrics[MetricNames.Loss], 1e-6);
    }

    [Fact]
    public void Run_ResumedAtAnEvaluatedStep_KeepsItsMetricsAndSamples()
    {
        using var run = new TinyRun("precision: fp32\n" + Short + $"\nevaluate: {{ every_steps: 3, samples: 1, data: {GoldenData.At("trajectories", "dpo_ipo", "rows.jsonl")} }}") { StopAfter = 3 };
        run.Train();
        File.AppendAllText(run.Folder.Samples, "{\"step\":4,\"atte");
        Assert.True(run.Train(resume: true).Completed);
        MetricRecord third = MetricsFile.Read(run.Folder.Metrics)[2];
        Assert.Equal((3, 1), (third.Step, third.Attempt));
        Assert.Contains(MetricNames.Loss, third.Values.Keys);
        Assert.Contains(MetricNames.Held + MetricNames.Loss, third.Values.Keys);
        Assert.Equal(2, MetricsFile.ReadLines(run.Folder.Metrics).Count(line => line.Step == 3));
        Assert.Equal([(3, 1), (6, 2)], File.ReadLines(run.Folder.Samples).Select(line => JsonNode.Parse(line)!).Select(line => ((int)line["step"]!, (int)line["attempt"]!)));
    }

    [Theory]
    [InlineData("evaluate: { every_steps: 2 }", 1)]
    [InlineData("evaluate: { every_steps: 2, rows: 0 }", 0)]
    [InlineData("", 0)]
    public void Run_EvaluationWithoutTestRows_SaysSo(string evaluate, int notes)
    {
        using var run = new TinyRun("precision: fp32\nlimits: { steps: 1 }\n" + evaluate);
        run.Train();
        Assert.Equal(notes, run.Console.Notes.Count(note => note.Contains("evaluate.every_steps evaluates nothing", StringComparison.Ordinal)));
    }

    [Fact]
    public void Run_ResumedWithOtherData_IsRefusedByName()
    {
        using var run = new TinyRun("precision: fp32\n" + Short) { StopAfter = 2 };
        run.Train();
        using var other = new TinyRun("precision: fp32\nseed: 3\n" + Short);
        CopyFolder(run.Folder.Root, other.Folder.Root);
        UserError error = Assert.Throws<UserError>(() => other.Train(resume: true));
        Assert.Contains("run.yaml", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_OtherReference_SaysThatValuesAreNotChecked()
    {
        string other = Path.Combine(Path.GetTempPath(), $"other-{Guid.NewGuid():N}");
        using (LoadedModel model = LoadedModel.Load(TinyRun.Model, ScalarType.Float32, CPU))
        {
            using var guard = no_grad();
            model.Model.Head.Weight.Value.mul_(1.1);
            model.Save(other, ScalarType.Float32);
        }

        try
        {
            using var run = new TinyRun($"precision: fp32\nreference: {other}\n" + Short.Replace("steps: 6", "steps: 1", StringComparison.Ordinal));
            run.Train();
            Assert.Contains(run.Console.Notes, note => note.Contains("not checked", StringComparison.Ordinal));
            Assert.NotEqual(Math.Log(2), run.Console.Steps[0].Metrics[MetricNames.Loss], 1e-4);
        }
        finally
        {
            Directory.Delete(other, recursive: true);
        }
    }

    [Fact]
    public void Run_AdapterOnTheHeadAlone_IsRefusedBeforeTheFirstStep()
    {
        using var run = new TinyRun("precision: fp32\n" + Short + "\nlora: { rank: 4, alpha: 8, targets: [lm_head] }");
        Assert.Contains("lm_head", Assert.Throws<UserError>(() => run.Train()).Message, StringComparison.Ordinal);
        Assert.Empty(run.Console.Steps);
    }

    [Fact]
    public void Run_Bf16OfAnFp32Model_KeepsTheMasterExact()
    {
        using var run = new TinyRun("precision: bf16\n" + Short.Replace("learning_rate: 1.0e-3", "learning_rate: 1.0e-12", StringComparison.Ordinal).Replace("steps: 6", "steps: 1", StringComparison.Ordinal), TrainerNames.Sft);
        run.Train();
        using CausalModel before = CausalModel.Load(TinyRun.Model, ScalarType.Float32, CPU), after = CausalModel.Load(run.Folder.Model, ScalarType.Float32, CPU);
        Assert.Contains(before.Weights, weight => weight.Value.ne(weight.Value.to(ScalarType.BFloat16).to(ScalarType.Float32)).any().ToBoolean());
        Assert.All(before.Weights.Zip(after.Weights), pair => Assert.True(pair.First.Value.allclose(pair.Second.Value, 1e-6, 1e-9)));
    }

    [Fact]
    public void Run_TokensLimit_CompletesAtIt()
    {
        using var run = new TinyRun("precision: fp32\nschedule: { name: constant }\nlimits: { tokens: 2000 }\nsave: { every_steps: 0 }\noptimizer: { learning_rate: 1.0e-3 }");
        LoopResult result = run.Train();
        Assert.True(result.Completed);
        Assert.InRange(result.State.Tokens, 2000, 4100);
        Assert.Equal(run.Console.Steps[^1].Metrics[MetricNames.NumTokens], result.State.Tokens);
    }

    private static void CopyFolder(string from, string to)
    {
        foreach (string file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            string target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target, overwrite: true);
        }
    }
}

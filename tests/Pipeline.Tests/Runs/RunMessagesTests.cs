using Alignment.Pipeline.Runs.Check;
using Alignment.Pipeline.Runs.Compare;
using Alignment.Pipeline.Runs.Devices;
using Alignment.Pipeline.Runs.Estimate;
using Alignment.Pipeline.Runs.Models;
using Alignment.Pipeline.Runs.Show;
using Alignment.Pipeline.Runs.Start;
using Alignment.Shared;
using Alignment.Shared.Runs;

namespace Alignment.Pipeline.Tests.Runs;

public class RunMessagesTests
{
    [Fact]
    public async Task Check_WrongRunYaml_NamesEveryErrorWithItsLine()
    {
        await using var bench = new RunBench();
        RunCheck keys = await bench.SendAsync(new CheckRun("trainer: dpo\nmodel: tiny\ndata: none.jsonl\nmax_lenght: 3\nbatch: { rows_per_step: -1 }\n"));
        RunCheck names = await bench.SendAsync(new CheckRun("trainer: dpo\nmodel: nowhere\n\ndata: none.jsonl\nreference: there\nevaluate:\n  data: held.jsonl\n"));

        Assert.Equal([4, 5], keys.Errors.Select(error => error.Line));
        Assert.Contains("max_length", keys.Errors[0].Text, StringComparison.Ordinal);
        Assert.Equal([(2, "model"), (4, "data"), (5, "reference"), (7, "evaluate.data")], names.Errors.Select(error => (error.Line, error.Text.Split(':')[0])));
        Assert.Contains("seed: 1", names.Resolved, StringComparison.Ordinal);
        RunSpecException refused = await Assert.ThrowsAsync<RunSpecException>(() => bench.SendAsync(new StartRun("trainer: dpo\nmodel: nowhere\ndata: ../../rows.jsonl\n", "eva")));
        Assert.StartsWith("run.yaml:2: model: model 'nowhere' was not found", refused.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(bench.Bench.Folder.Runs));
    }

    [Fact]
    public async Task Check_RowsOfAnotherKind_AreRefused()
    {
        await using var bench = new RunBench();
        await bench.Bench.ImportAsync("""{"prompt": "q", "answers": ["a"]}""");
        await bench.SendAsync(new Alignment.Pipeline.Datasets.Freeze.FreezeDataset { Project = "p", Kind = Alignment.Shared.Snapshots.SnapshotKind.Prompt, TestShare = 0, Id = "prompts" });
        RunCheck check = await bench.SendAsync(new CheckRun("trainer: dpo\nmodel: tiny\ndata: prompts\n"));

        Assert.Contains("dpo reads preference rows; those of 'prompts' are prompt rows", Assert.Single(check.Errors).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_Run_MakesItsFolderWithTheRunYamlAsGiven()
    {
        await using var bench = new RunBench();
        string yaml = RunBench.Yaml(RunBench.Fake(3));
        QueuedRun queued = await bench.SendAsync(new StartRun(yaml, "eva"));

        Assert.Equal(yaml, await File.ReadAllTextAsync(bench.Folder(queued.Id).RunYaml, Bench.Token));
        Assert.Equal((RunState.Queued, 0, 0), (RunStatus.Read(bench.Folder(queued.Id).Status)!.State, RunStatus.Read(bench.Folder(queued.Id).Status)!.Attempt, queued.Ahead));
        RunDetails shown = await bench.SendAsync(new ShowRun(queued.Id));
        Assert.Equal((yaml, null, "", "eva", true, false), (shown.RunYaml, shown.Resolved, shown.Console, shown.Summary.AskedBy, shown.Summary.CanStop, shown.Summary.CanResume));
    }

    [Fact]
    public async Task Start_ModelThatWillNotFit_IsRefusedWithTheNumbers()
    {
        await using var bench = new RunBench();
        bench.WriteModel("huge", 70_000_000_000L / 64);
        string yaml = RunBench.Yaml("").Replace("model: tiny", "model: huge", StringComparison.Ordinal);
        MemoryEstimate memory = (await bench.SendAsync(new EstimateRun(yaml))).Memory;
        string message = (await Assert.ThrowsAsync<UserError>(() => bench.SendAsync(new StartRun(yaml, "eva")))).Message;

        Assert.Equal((70_000_000_000, message), (memory.Parameters, memory.Refusal));
        Assert.Contains("needs about 1400.", message, StringComparison.Ordinal); // 20 bytes a parameter in bf16, every weight trained
        Assert.Contains("optimizer state 560.0 GB", message, StringComparison.Ordinal);
        Assert.True(memory.FreeBytes <= memory.LimitBytes);
        MemoryEstimate lora = (await bench.SendAsync(new EstimateRun(yaml + "lora: { rank: 8 }\n"))).Memory;
        Assert.Equal(140_000_000_000, lora.Parts.Single(part => part.Name == "frozen weights").Bytes);
    }

    [Fact]
    public async Task Estimate_Steps_FollowTheLimitsAndTimeFollowsTheLastRun()
    {
        await using var bench = new RunBench();
        RunEstimate first = await bench.SendAsync(new EstimateRun(RunBench.Yaml("", "limits: { epochs: 2 }")));
        Assert.Equal((40, 10), (first.Rows, first.Steps));
        Assert.Equal(5, (await bench.SendAsync(new EstimateRun(RunBench.Yaml("", "limits: { epochs: 2, steps: 5 }")))).Steps);
        Assert.StartsWith("a rule of thumb", first.TimeBasis, StringComparison.Ordinal);

        bench.Worker();
        string id = await bench.StartAsync(RunBench.Fake(5));
        await bench.UntilAsync(id, RunState.Completed);
        RunEstimate second = await bench.SendAsync(new EstimateRun(RunBench.Yaml("", "limits: { epochs: 2 }")));

        Assert.Contains($"run {id}, which trained 50 tokens per second", second.TimeBasis, StringComparison.Ordinal);
        Assert.Equal(second.Tokens!.Value / 50.0 * 4 / 3, second.Time!.Value.TotalSeconds, 0.1); // the reference pass is a third of the training
        RunEstimate lora = await bench.SendAsync(new EstimateRun(RunBench.Yaml("", "lora: {}")));
        Assert.StartsWith("a rule of thumb", lora.TimeBasis, StringComparison.Ordinal);
        RunEstimate minutes = await bench.SendAsync(new EstimateRun(RunBench.Yaml("", "limits: { minutes: 5 }\nschedule: { name: constant }")));
        Assert.Equal((null, TimeSpan.FromMinutes(5), "limits.minutes"), (minutes.Steps, minutes.Time, minutes.TimeBasis));
    }

    [Fact]
    public async Task Estimate_Gguf_AsksTheCommandLineForItsSize()
    {
        await using var bench = new RunBench();
        File.WriteAllText(Path.Combine(bench.Bench.Folder.Models, "small.gguf"), "");
        RunEstimate estimate = await bench.SendAsync(new EstimateRun("trainer: dpo\nmodel: ../../models/small.gguf\ndata: ../../rows.jsonl\n"));

        Assert.Equal(1_000_000, estimate.Memory.Parameters);
    }

    [Fact]
    public async Task Devices_AreAskedForOnceUnlessAgain()
    {
        await using var bench = new RunBench();
        DeviceReport report = await bench.SendAsync(new ListDevices());
        await bench.SendAsync(new ListDevices());

        Assert.Equal([("cpu", 100.0, 1000L, null), ("cuda:0", 0.0, null, "no driver")], report.Devices.Select(device => (device.Name, device.Gflops, device.MemoryBytes, device.Problem)));
        Assert.Equal((1, 2, "tcmalloc"), (bench.Asked, report.Cores, report.Malloc));
        await bench.SendAsync(new ListDevices(Again: true));
        Assert.Equal(2, bench.Asked);
    }

    [Fact]
    public async Task Compare_Runs_ShowsWhatDiffersWithDefaults()
    {
        await using var bench = new RunBench();
        string a = await bench.StartAsync(RunBench.Fake(2)), b = await bench.StartAsync(RunBench.Fake(2), "optimizer: { learning_rate: 1.0e-4 }\nlora: { rank: 4 }");
        RunComparison comparison = await bench.SendAsync(new CompareRuns([a, b]));

        Assert.Equal(["5.0e-6", "0.0001"], comparison.Differences.Single(row => row.Key == "optimizer.learning_rate").Values);
        Assert.Equal([null, "4"], comparison.Differences.Single(row => row.Key == "lora.rank").Values);
        Assert.DoesNotContain(comparison.Differences, row => row.Key == "model");
    }

    [Fact]
    public async Task Models_TrainedOne_NamesItsRunAndItsPast()
    {
        await using var bench = new RunBench();
        bench.Worker();
        string first = await bench.StartAsync(RunBench.Fake(2));
        await bench.UntilAsync(first, RunState.Completed);
        File.Copy(Path.Combine(bench.Bench.Folder.Models, "tiny", "model.safetensors"), Path.Combine(bench.Folder(first).Model, "model.safetensors"));
        string second = (await bench.SendAsync(new StartRun(RunBench.Yaml(RunBench.Fake(1)).Replace("model: tiny", $"model: {first}", StringComparison.Ordinal), "eva"))).Id;
        await bench.UntilAsync(second, RunState.Completed);
        File.WriteAllText(bench.Folder(second).Evaluations, """{"time": "2026-01-02T03:04:05Z", "kind": "preference", "data": "d", "split": "test", "report": {"pairs": 7, "accuracy": {"value": 0.75}, "name": "x"}}""" + "\n{torn");
        File.WriteAllText(Path.Combine(bench.Bench.Folder.Models, "tiny", "origin.json"), """{"source": {"url": "https://example.org"}}""");
        IReadOnlyList<ModelSummary> models = await bench.SendAsync(new ListModels());
        ModelDetails shown = await bench.SendAsync(new ShowModel(second));

        Assert.Equal([("tiny", ModelKind.Imported), (second, ModelKind.Trained), (first, ModelKind.Trained)], models.Select(model => (model.Name, model.Kind)));
        Assert.Equal(64_000, models[0].Parameters);
        Assert.Equal([(second, first), (first, "tiny")], shown.Lineage.Select(step => (step.Run, step.Model)));
        Assert.Equal([("pairs", 7), ("accuracy.value", 0.75)], Assert.Single(shown.Evaluations).Figures.Select(figure => (figure.Key, figure.Value)));
        Assert.Equal("https://example.org", (await bench.SendAsync(new ShowModel("tiny"))).Origin["source.url"]);
        await Assert.ThrowsAsync<UserError>(() => bench.SendAsync(new ShowModel("../tiny")));
    }

    [Fact]
    public async Task Files_OfARun_AreListedResultsFirstAndNothingElseIsFound()
    {
        await using var bench = new RunBench();
        bench.Worker();
        string id = await bench.StartAsync(RunBench.Fake(2));
        await bench.UntilAsync(id, RunState.Completed);
        RunDetails shown = await bench.SendAsync(new ShowRun(id));

        Assert.Equal(["model/config.json", "run.yaml", "resolved.yaml", "metrics.jsonl", "console.log"], shown.Files.Select(file => file.Name));
        Assert.Equal((id, 1.0, true), (shown.Model, shown.Summary.Progress.Share, shown.Console.Contains("the fake trains", StringComparison.Ordinal)));
        Assert.Equal(bench.Folder(id).ConsoleLog, await bench.SendAsync(new FindRunFile(id, "console.log")));
        foreach (string name in (string[])["../../alignment.db", "status.json", "/etc/passwd", "model/../status.json"])
        {
            await Assert.ThrowsAsync<UserError>(() => bench.SendAsync(new FindRunFile(id, name)));
        }

        await Assert.ThrowsAsync<UserError>(() => bench.SendAsync(new ShowRun("../" + id)));
    }
}

using System.CommandLine;

using Alignment.Cli;
using Alignment.Goldens;
using Alignment.Shared;
using Alignment.Shared.Runs;

namespace Alignment.Tests.Cli;

/// <summary><c>align train --resume</c> with a run of one step whose process is said to have been stopped.</summary>
public sealed class TrainResumeTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("train-resume").FullName;
    private readonly TextWriter _error = Console.Error;
    private readonly StringWriter _told = new();
    private readonly RunFolder _run;

    public TrainResumeTests()
    {
        _run = new RunFolder(Path.Combine(_root, "run"));
        Console.SetError(_told);
    }

    private string Yaml => Path.Combine(_root, "run.yaml");

    private string Data => Path.Combine(_root, "data");

    private string[] Arguments => ["train", Yaml, "--out", _run.Root, "--data-dir", Data];

    public void Dispose()
    {
        Console.SetError(_error);
        Directory.Delete(_root, recursive: true);
    }

    [Fact]
    public async Task Train_ResumedWithAnotherRunYamlWithoutACheckpoint_BeginsAnew()
    {
        await StopAfterItsStepAsync();
        Directory.Delete(_run.Checkpoints, recursive: true);
        WriteYaml("seed: 7");
        Assert.Equal(ExitCodes.Done, await TrainAsync("--resume"));
        Assert.Equal(7, RunManifest.Read(_run.Manifest).Seed);
        Assert.Equal(7, RunSpecYaml.Load(_run.ResolvedYaml).Seed);
        Assert.Equal(7, RunSpecYaml.Load(_run.RunYaml).Seed);
        Assert.Contains("begins anew: seed (1 then, 7 now)", Log(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Train_ResumedWithAnotherRunYamlAtACheckpoint_IsRefusedByKey()
    {
        await StopAfterItsStepAsync();
        WriteYaml("optimizer: { learning_rate: 1.0e-3 }");
        Assert.Equal(ExitCodes.Failed, await TrainAsync("--resume"));
        Assert.Contains("optimizer.learning_rate (5.0e-6 then, 0.001 now)", _told.ToString(), StringComparison.Ordinal);
        Assert.Equal(5e-6, RunSpecYaml.Load(_run.ResolvedYaml).Optimizer.LearningRate);
    }

    [Fact]
    public async Task Train_ResumedAndStoppedInTheReferencePass_NamesTheCheckpoint()
    {
        await StopAfterItsStepAsync();
        Directory.Delete(new Shared.DataFolder(Data).Cache, recursive: true);
        Assert.Equal(ExitCodes.Done, await Command().Parse([.. Arguments, "--resume"]).InvokeAsync(cancellationToken: new CancellationToken(canceled: true)));
        RunStatus status = RunStatus.Read(_run.Status)!;
        Assert.Equal((RunState.Stopped, 1, 2, "asked to stop after step 1"), (status.State, status.Step, status.Attempt, status.Reason));
        Assert.Contains("stopped after step 1;", Log(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Train_Failed_LeavesTheErrorInTheLog()
    {
        WriteYaml("evaluate: { data: absent.jsonl }");
        Assert.Equal(ExitCodes.Usage, await TrainAsync());
        Assert.Contains("error: data 'absent.jsonl' is neither", Log(), StringComparison.Ordinal);
        Assert.Equal(2, _told.ToString().Split("data 'absent.jsonl' is neither").Length);
    }

    private async Task StopAfterItsStepAsync()
    {
        WriteYaml("");
        Assert.Equal(ExitCodes.Done, await TrainAsync());
        RunStatus.OfThisProcess(RunState.Stopped, 1, 1, DateTimeOffset.UtcNow).Write(_run.Status);
    }

    private void WriteYaml(string more) => File.WriteAllText(
        Yaml,
        $"trainer: dpo\nmodel: {GoldenData.At("trajectories", "models", "llama")}\ndata: {GoldenData.At("trajectories", "dpo_sigmoid", "rows.jsonl")}\nthreads: 1\nmax_length: 96\nlimits: {{ steps: 1 }}\n{more}\n");

    private string Log() => File.ReadAllText(_run.ConsoleLog);

    private static RootCommand Command() => new("test") { TrainCommand.Create() };

    private Task<int> TrainAsync(params string[] more) => CommandLine.RunAsync(Command(), [.. Arguments, .. more]);
}

using Alignment.Shared.Runs;

namespace Alignment.Shared.Tests.Runs;

public sealed class RunFolderTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 25, 8, 7, 6, TimeSpan.FromHours(1));

    [Fact]
    public void Paths_OfAFolder_AreTheContractsNames()
    {
        var run = new RunFolder("/runs/r1/");

        Assert.Equal("r1", run.Id);
        Assert.Equal(
            ["run.yaml", "resolved.yaml", "manifest.json", "status.json", "metrics.jsonl", "samples.jsonl", "console.log", "evaluations.jsonl", "stop", "checkpoints", "model", "adapter"],
            new[] { run.RunYaml, run.ResolvedYaml, run.Manifest, run.Status, run.Metrics, run.Samples, run.ConsoleLog, run.Evaluations, run.StopFile, run.Checkpoints, run.Model, run.Adapter }
                .Select(path => Path.GetRelativePath("/runs/r1", path)));
        Assert.Equal("/runs/r1/checkpoints/step-12", run.Checkpoint(12));
    }

    [Fact]
    public void CheckpointSteps_OtherFolders_DoNotCount()
    {
        using var folder = new TestFolder();
        var run = new RunFolder(folder.Root);
        Assert.Empty(run.CheckpointSteps());
        foreach (string name in (string[])["step-100", "step-20", "step-3.tmp", ".step-4", "step-", "step--5", "step-99999999999999", "other"])
        {
            Directory.CreateDirectory(Path.Combine(run.Checkpoints, name));
        }

        Assert.Equal([20, 100], run.CheckpointSteps());
        Assert.True(Directory.Exists(run.Checkpoint(20)));
    }

    [Fact]
    public void Create_SameSecond_GetsAFolderOfItsOwn()
    {
        using var folder = new TestFolder();

        string[] ids = [.. Enumerable.Range(0, 3).Select(_ => RunFolder.Create(folder.At("runs"), "dpo", Now).Id)];

        Assert.Equal(["dpo-20261125-070706", "dpo-20261125-070706-2", "dpo-20261125-070706-3"], ids);
    }

    [Fact]
    public void Create_ManyAtOnce_NeverShareAFolder()
    {
        using var folder = new TestFolder();
        string[] ids = new string[16];

        Parallel.For(0, ids.Length, i => ids[i] = RunFolder.Create(folder.Root, "sft", Now).Id);

        Assert.Equal(ids.Length, ids.Distinct().Count());
    }

    [Fact]
    public void StopRequested_StopFile_IsSeen()
    {
        using var folder = new TestFolder();
        var run = new RunFolder(folder.Root);
        Assert.False(run.StopRequested);
        File.WriteAllText(run.StopFile, "");
        Assert.True(run.StopRequested);
    }
}

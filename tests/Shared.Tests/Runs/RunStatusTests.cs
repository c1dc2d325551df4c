using System.Text.Json.Nodes;
using Alignment.Shared.Runs;

namespace Alignment.Shared.Tests.Runs;

public sealed class RunStatusTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 25, 8, 7, 6, TimeSpan.Zero);

    [Fact]
    public void Write_Status_ReadsBackEqualAndHasSnakeCaseKeys()
    {
        using var folder = new TestFolder();
        RunStatus status = RunStatus.OfThisProcess(RunState.Running, 12, 2, Now, "because");

        status.Write(folder.At("status.json"));

        Assert.Equal(status, RunStatus.Read(folder.At("status.json")));
        JsonObject json = JsonNode.Parse(File.ReadAllText(folder.At("status.json")))!.AsObject();
        Assert.Equal(["state", "reason", "step", "attempt", "process_id", "start_time", "updated"], json.Select(pair => pair.Key));
        Assert.Equal("running", (string)json["state"]!);
        Assert.Equal(["status.json"], Directory.GetFileSystemEntries(folder.Root).Select(Path.GetFileName));
    }

    [Fact]
    public void Read_WriterThatDiedWhileWriting_GivesTheOldStatus()
    {
        using var folder = new TestFolder();
        string path = folder.At("status.json");
        RunStatus status = RunStatus.OfThisProcess(RunState.Running, 1, 1, Now);
        status.Write(path);
        File.WriteAllText(path + AtomicFile.TemporaryEnding, "{\"state\":\"comp");

        Assert.Equal(status, RunStatus.Read(path));
        (status with { Step = 2 }).Write(path);
        Assert.Equal(2, RunStatus.Read(path)!.Step);
    }

    [Fact]
    public void Read_NothingOrDamaged_IsNullOrAUserError()
    {
        using var folder = new TestFolder();
        Assert.Null(RunStatus.Read(folder.At("status.json")));
        Assert.Null(RunStatus.Read(folder.At("nowhere", "status.json")));
        foreach (string text in (string[])["", "{}", "{\"state\":\"jumping\"}", "[1]"])
        {
            File.WriteAllText(folder.At("status.json"), text);
            Assert.Contains("no run status", Assert.Throws<UserError>(() => RunStatus.Read(folder.At("status.json"))).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Observed_ProcessThatVanished_IsInterrupted()
    {
        RunStatus mine = RunStatus.OfThisProcess(RunState.Running, 1, 1, Now);

        Assert.True(mine.IsProcessAlive());
        Assert.Equal(RunState.Running, mine.Observed());
        Assert.Equal(RunState.Interrupted, (mine with { StartTime = mine.StartTime.AddMinutes(-5) }).Observed());
        Assert.Equal(RunState.Interrupted, (mine with { ProcessId = int.MaxValue, State = RunState.Stopping }).Observed());
        Assert.Equal(RunState.Interrupted, (mine with { ProcessId = 0 }).Observed());
        Assert.Equal(RunState.Completed, (mine with { ProcessId = int.MaxValue, State = RunState.Completed }).Observed());
    }

    [Fact]
    public void LastStep_WhereItIsKnown_IsKept()
    {
        using var folder = new TestFolder();
        RunStatus status = RunStatus.OfThisProcess(RunState.Running, 12, 2, Now) with { LastStep = 40 };
        status.Write(folder.At("status.json"));

        Assert.Equal(40, RunStatus.Read(folder.At("status.json"))!.LastStep);
        Assert.Contains("\"last_step\": 40", File.ReadAllText(folder.At("status.json")), StringComparison.Ordinal);
    }

    [Fact]
    public void IsAlive_ProcessThatEndedAndWasNotAskedAfter_IsDead()
    {
        // The shell starts a process that ends at once, then becomes one that never asks how it ended: a zombie.
        using var parent = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("/bin/sh", ["-c", "sleep 0.2 & echo $!; exec sleep 60"]) { RedirectStandardOutput = true })!;
        try
        {
            int id = int.Parse(parent.StandardOutput.ReadLine()!, System.Globalization.CultureInfo.InvariantCulture);
            ProcessIdentity child;
            using (var process = System.Diagnostics.Process.GetProcessById(id))
            {
                child = ProcessIdentity.Of(process);
            }

            Assert.True(SpinWait.SpinUntil(() => !child.IsAlive(), TimeSpan.FromSeconds(30)));
            Assert.True(Directory.Exists($"/proc/{id}"));
        }
        finally
        {
            parent.Kill();
        }
    }

    [Fact]
    public void Names_OfStates_AreTheContracts() =>
        Assert.Equal(["queued", "running", "stopping", "stopped", "completed", "failed", "interrupted"], Enum.GetNames<RunState>().Select(name => name.ToLowerInvariant()));

    [Fact]
    public void RunManifest_Write_ReadsBack()
    {
        using var folder = new TestFolder();
        var manifest = new RunManifest("dpo", "align train a.yaml", Now, new("m", "1"), new("t", "2"), new("d", "3"), "cpu", 2, 1, new Dictionary<string, string> { ["TorchSharp"] = "0.107.0" }) { Reference = new("r", "4") };

        manifest.Write(folder.At("manifest.json"));
        RunManifest back = RunManifest.Read(folder.At("manifest.json"));

        Assert.Equal((manifest.Trainer, manifest.Command, manifest.Started, manifest.Model, manifest.Tokenizer, manifest.Data), (back.Trainer, back.Command, back.Started, back.Model, back.Tokenizer, back.Data));
        Assert.Equal((manifest.Device, manifest.Threads, manifest.Seed, manifest.Reference), (back.Device, back.Threads, back.Seed, back.Reference));
        Assert.Equal("0.107.0", back.Versions["TorchSharp"]);
        Assert.Throws<UserError>(() => RunManifest.Read(folder.At("other.json")));
    }
}

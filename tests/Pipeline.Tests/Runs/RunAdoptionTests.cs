using System.Diagnostics;
using Alignment.Pipeline.Runs;
using Alignment.Pipeline.Runs.List;
using Alignment.Pipeline.Runs.Resume;
using Alignment.Pipeline.Runs.Stop;
using Alignment.Pipeline.Storage;
using Alignment.Shared;
using Alignment.Shared.Runs;
using Microsoft.EntityFrameworkCore;

namespace Alignment.Pipeline.Tests.Runs;

/// <summary>Runs that somebody starts with <c>align train</c> while the app runs, or started before.</summary>
public class RunAdoptionTests
{
    [Fact]
    public async Task Run_OfTheCommandLine_IsFollowedAndStoppedByItsFile()
    {
        await using var bench = new RunBench();
        bench.Worker();
        using Process process = Begin(bench, "by-hand", RunBench.Fake(1000, 0.02));
        string waiting;
        try
        {
            await AppearsAsync(bench, "by-hand");
            Run run = await bench.UntilAsync("by-hand", run => run.Step >= 3);
            Assert.Equal((RunState.Running, true, "dpo", "tiny", process.Id), (run.State, run.Adopted, run.Trainer, run.Model, run.ChildProcessId!.Value));
            Assert.Null(run.AskedBy);
            waiting = await bench.StartAsync(RunBench.Fake(2));
            Assert.Equal(1, (await bench.SendAsync(new ListRuns())).Single(other => other.Id == waiting).Ahead);
            Assert.Equal(RunState.Stopping, await bench.SendAsync(new StopRun("by-hand")));
            await bench.UntilAsync("by-hand", RunState.Stopped);
        }
        finally
        {
            process.Kill();
        }

        await bench.UntilAsync(waiting, RunState.Completed);
        Assert.Equal(File.ReadAllLines(bench.Folder("by-hand").Metrics).Length, (await bench.StepsAsync("by-hand")).Length);
        await bench.SendAsync(new ResumeRun("by-hand", "eva"));
        Run resumed = await bench.UntilAsync("by-hand", run => run.Attempt == 2);
        Assert.Equal((false, "eva"), (resumed.Adopted, resumed.AskedBy));
    }

    [Fact]
    public async Task Run_ThatIsOver_GetsARowWithItsMetricsAndOneThatWasResumedElsewhereGoesOn()
    {
        await using var bench = new RunBench();
        using (Process process = Begin(bench, "old", RunBench.Fake(4)))
        {
            await process.WaitForExitAsync(Bench.Token);
        }

        bench.Worker();
        await AppearsAsync(bench, "old");
        Run run = await bench.UntilAsync("old", run => run.MetricsOffset > 0);
        RunStatus status = RunStatus.Read(bench.Folder("old").Status)!;
        Assert.Equal((RunState.Completed, "4 steps done", 4, status.Updated.UtcDateTime), (run.State, run.Reason, run.Step, run.EndedAt));
        Assert.Equal(Enumerable.Range(1, 4), await bench.StepsAsync("old"));

        using Process again = Begin(bench, "old", RunBench.Fake(6, 0.05), "--resume");
        run = await bench.UntilAsync("old", run => run.Attempt == 2 && run.State == RunState.Completed && run.MetricsOffset == new FileInfo(bench.Folder("old").Metrics).Length);
        Assert.Equal(10, (await bench.StepsAsync("old")).Length);
    }

    [Fact]
    public async Task Run_WhoseProcessIsGone_IsInterruptedAndItsFolderIsLeftAlone()
    {
        await using var bench = new RunBench();
        using (Process process = Begin(bench, "dead", RunBench.Fake(100, 0.01, "die: KILL@3")))
        {
            await process.WaitForExitAsync(Bench.Token);
        }

        bench.Worker();
        await AppearsAsync(bench, "dead");
        Run run = await bench.UntilAsync("dead", RunState.Interrupted);

        Assert.Contains("nobody saw", run.Reason, StringComparison.Ordinal);
        Assert.Equal(RunState.Running, RunStatus.Read(bench.Folder("dead").Status)!.State);
    }

    [Fact]
    public async Task Folder_ThatWasRemoved_TakesItsRowAlong()
    {
        await using var bench = new RunBench();
        bench.Worker();
        string id = await bench.StartAsync(RunBench.Fake(3));
        await bench.UntilAsync(id, RunState.Completed);
        Directory.Delete(bench.Folder(id).Root, recursive: true);

        await UntilAsync(bench, db => db.Runs.AllAsync(run => run.Id != id, Bench.Token));
        await using AlignmentDb db = bench.Bench.Db();
        Assert.Equal(0, await db.RunMetrics.CountAsync(Bench.Token));
    }

    [Fact]
    public async Task Run_OfAnotherFolder_IsNotResumedWithNamesThatLeadNowhere()
    {
        await using var bench = new RunBench();
        using (Process process = Begin(bench, "elsewhere", RunBench.Fake(2), yaml: text => text.Replace("../../rows.jsonl", "here.jsonl", StringComparison.Ordinal)))
        {
            await process.WaitForExitAsync(Bench.Token);
        }

        bench.Worker();
        await AppearsAsync(bench, "elsewhere");
        string message = (await Assert.ThrowsAsync<UserError>(() => bench.SendAsync(new ResumeRun("elsewhere", "eva")))).Message;
        Assert.Contains("here.jsonl", message, StringComparison.Ordinal);
        Assert.Contains("--resume --out", message, StringComparison.Ordinal);
    }

    private static Task AppearsAsync(RunBench bench, string id) => UntilAsync(bench, db => db.Runs.AnyAsync(run => run.Id == id, Bench.Token));

    private static async Task UntilAsync(RunBench bench, Func<AlignmentDb, Task<bool>> wanted)
    {
        for (long began = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(began) < TimeSpan.FromSeconds(60); await Task.Delay(20, Bench.Token))
        {
            await using AlignmentDb db = bench.Bench.Db();
            if (await wanted(db))
            {
                return;
            }
        }

        Assert.Fail("the rows did not become as wanted");
    }

    private static Process Begin(RunBench bench, string id, string fake, string? resume = null, Func<string, string>? yaml = null)
    {
        RunFolder folder = bench.Folder(id);
        Directory.CreateDirectory(folder.Root);
        File.WriteAllText(folder.RunYaml, (yaml ?? (text => text))(RunBench.Yaml(fake)));
        string[] arguments = ["train", folder.RunYaml, "--out", folder.Root];
        ProcessStartInfo start = bench.Align.Start(resume is null ? arguments : [.. arguments, resume]);
        start.RedirectStandardError = true;
        return Process.Start(start)!;
    }
}

using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Alignment.Pipeline.Runs;
using Alignment.Pipeline.Runs.List;
using Alignment.Pipeline.Runs.Resume;
using Alignment.Pipeline.Runs.Stop;
using Alignment.Pipeline.Runs.Worker;
using Alignment.Pipeline.Storage;
using Alignment.Shared;
using Alignment.Shared.Runs;
using Microsoft.EntityFrameworkCore;

namespace Alignment.Pipeline.Tests.Runs;

public class RunWorkerTests
{
    [Fact]
    public async Task Run_Queued_TrainsInASessionOfItsOwnAndIsFollowedToItsEnd()
    {
        await using var bench = new RunBench();
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        TestWorker worker = bench.Worker();
        var told = new ConcurrentQueue<RunChanged>();
        using IDisposable subscription = worker.Events.Subscribe(told.Enqueue);
        string id = await bench.StartAsync(RunBench.Fake(5, 0.05));
        Run run = await bench.UntilAsync(id, RunState.Completed);

        Assert.Equal((5, 5, 1, "5 steps done"), (run.Step, run.LastStep, run.Attempt, run.Reason));
        Assert.Equal(Enumerable.Range(1, 5), await bench.StepsAsync(id));
        Assert.True(run.StartedAt >= run.CreatedAt && run.EndedAt >= run.StartedAt && run.SecondsPerStep > 0);
        Assert.Null(run.Owner);
        RunFolder folder = bench.Folder(id);
        string pid = (await File.ReadAllTextAsync(Path.Combine(folder.Root, "starts"), Bench.Token)).Trim();
        Assert.Equal(pid, (await File.ReadAllTextAsync(Path.Combine(folder.Root, "session"), Bench.Token)).Trim());
        Assert.Equal(run.ChildProcessId!.Value.ToString(System.Globalization.CultureInfo.InvariantCulture), pid);
        string handles = await File.ReadAllTextAsync(Path.Combine(folder.Root, "handles"), Bench.Token);
        Assert.DoesNotContain("socket:", handles, StringComparison.Ordinal);
        Assert.DoesNotContain("alignment.db", handles, StringComparison.Ordinal);
        Assert.Contains(folder.ConsoleLog, handles, StringComparison.Ordinal);
        Assert.Contains("the fake trains from step 0", await File.ReadAllTextAsync(folder.ConsoleLog, Bench.Token), StringComparison.Ordinal);
        Assert.Contains(new RunChanged(id, RunChange.Progress), told);
        Assert.Contains(new RunChanged(id, RunChange.State), told);
    }

    [Fact]
    public async Task Runs_OfOneDevice_WaitForEachOtherInTheirOrder()
    {
        await using var bench = new RunBench();
        string[] ids = [await bench.StartAsync(RunBench.Fake(4)), await bench.StartAsync(RunBench.Fake(4)), await bench.StartAsync(RunBench.Fake(4))];
        string other = await bench.StartAsync(RunBench.Fake(4), "device: cuda");
        IReadOnlyList<RunSummary> before = await bench.SendAsync(new ListRuns());
        Assert.Equal([0, 1, 2], ids.Select(id => before.Single(run => run.Id == id).Ahead!.Value));
        Assert.Equal(("cuda:0", 0), (before.Single(run => run.Id == other).Device, before.Single(run => run.Id == other).Ahead));

        bench.Worker();
        Run[] done = [.. await Task.WhenAll(ids.Select(id => bench.UntilAsync(id, RunState.Completed)))];
        await bench.UntilAsync(other, RunState.Completed);

        Assert.True(done[0].EndedAt <= done[1].StartedAt && done[1].EndedAt <= done[2].StartedAt);
    }

    [Fact]
    public async Task Stop_WhileItWaits_StopsAtOnceAndNothingStarts()
    {
        await using var bench = new RunBench();
        string id = await bench.StartAsync(RunBench.Fake(4));

        Assert.Equal(RunState.Stopped, await bench.SendAsync(new StopRun(id)));
        bench.Worker();
        string next = await bench.StartAsync(RunBench.Fake(2));
        await bench.UntilAsync(next, RunState.Completed);

        Assert.Equal(RunState.Stopped, (await bench.RunAsync(id)).State);
        Assert.Equal(RunState.Stopped, RunStatus.Read(bench.Folder(id).Status)!.State);
        Assert.False(File.Exists(Path.Combine(bench.Folder(id).Root, "starts")));
    }

    [Fact]
    public async Task StopAndResume_GoesOnFromTheCheckpointAsTheNextAttempt()
    {
        await using var bench = new RunBench();
        bench.Worker();
        string id = await bench.StartAsync(RunBench.Fake(40, 0.05));
        await bench.UntilAsync(id, run => run.Step >= 3);
        Assert.Equal(RunState.Stopping, await bench.SendAsync(new StopRun(id)));
        Run stopped = await bench.UntilAsync(id, RunState.Stopped);
        int at = Assert.Single(bench.Folder(id).CheckpointSteps());
        Assert.Equal(at, stopped.Step);

        Assert.Equal(0, (await bench.SendAsync(new ResumeRun(id, "ada"))).Ahead);
        await bench.UntilAsync(id, run => run.State == RunState.Running && run.Attempt == 2);
        await bench.SendAsync(new StopRun(id));
        await bench.UntilAsync(id, RunState.Stopped);
        await Assert.ThrowsAsync<UserError>(() => bench.SendAsync(new ResumeRun("none", "ada")));

        int[] steps = await bench.StepsAsync(id);
        Assert.Equal(Enumerable.Range(1, steps.Length), steps);
        Assert.Equal("ada", (await bench.RunAsync(id)).AskedBy);
    }

    [Fact]
    public async Task Stop_OfAProcessThatHearsNothing_EndsItInTheEnd()
    {
        await using var bench = new RunBench(new()
        {
            Poll = TimeSpan.FromMilliseconds(50),
            SignalAfter = TimeSpan.FromMilliseconds(200),
            KillAfter = TimeSpan.FromMilliseconds(600),
        });
        bench.Worker();
        string id = await bench.StartAsync(RunBench.Fake(1000, 0.05, "deaf: 1"));
        await bench.UntilAsync(id, run => run.Step >= 1);
        await bench.SendAsync(new StopRun(id));
        Run run = await bench.UntilAsync(id, RunState.Interrupted);

        Assert.StartsWith("it did not end after it was asked to stop and was killed", run.Reason, StringComparison.Ordinal);
        Assert.NotNull(run.StopSignalledAt);
        Assert.Equal(RunState.Interrupted, RunStatus.Read(bench.Folder(id).Status)!.State);
    }

    [Theory]
    [InlineData("die: KILL@3", RunState.Interrupted, "its process was ended by SIGKILL; the last line of its console: the fake trains from step 0")]
    [InlineData("die: SEGV@3", RunState.Interrupted, "its process was ended by SIGSEGV")]
    [InlineData("error: model 'x' was not found", RunState.Failed, "model 'x' was not found")]
    public async Task Run_WhoseProcessDies_SaysWhatIsKnown(string fake, RunState state, string reason)
    {
        await using var bench = new RunBench();
        bench.Worker();
        string id = await bench.StartAsync(RunBench.Fake(20, 0.01, fake));
        Run run = await bench.UntilAsync(id, run => run.EndedAt is not null);

        Assert.Equal(state, run.State);
        Assert.StartsWith(reason, run.Reason, StringComparison.Ordinal);
        Assert.Equal((state, run.Reason), (RunStatus.Read(bench.Folder(id).Status)!.State, RunStatus.Read(bench.Folder(id).Status)!.Reason));
        if (state == RunState.Interrupted)
        {
            await bench.SendAsync(new ResumeRun(id, "eva"));
            Assert.Equal(2, (await bench.UntilAsync(id, RunState.Completed)).Attempt);
        }
    }

    [Fact]
    public async Task Trainer_ThatIsNotThere_FailsTheRunWithAWordAboutIt()
    {
        await using var bench = new RunBench();
        File.Delete(bench.Align.Before[0]);
        bench.Worker();
        string id = await bench.StartAsync(RunBench.Fake(2));

        Assert.Contains("No such file", (await bench.UntilAsync(id, RunState.Failed)).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Worker_ThatEnds_LeavesTheRunToTheNextOneWhichCountsNothingTwice()
    {
        await using var bench = new RunBench();
        TestWorker first = bench.Worker();
        string id = await bench.StartAsync(RunBench.Fake(30, 0.02, "torn: 1"));
        Run early = await bench.UntilAsync(id, run => run.Step >= 3);
        await first.DisposeAsync();
        long offset = (await bench.RunAsync(id)).MetricsOffset;
        Assert.True(SpinWait.SpinUntil(() => new FileInfo(bench.Folder(id).Metrics).Length > offset + 300, TimeSpan.FromSeconds(30)));

        bench.Worker();
        Run run = await bench.UntilAsync(id, RunState.Completed);

        Assert.Equal(early.ChildProcessId, run.ChildProcessId);
        Assert.Single(await File.ReadAllLinesAsync(Path.Combine(bench.Folder(id).Root, "starts"), Bench.Token));
        Assert.Equal(Enumerable.Range(1, 30), await bench.StepsAsync(id));
    }

    [Fact]
    public async Task Run_ThatDiedWhileNobodyWatched_IsInterrupted()
    {
        await using var bench = new RunBench();
        TestWorker first = bench.Worker();
        string id = await bench.StartAsync(RunBench.Fake(1000, 0.02));
        Run early = await bench.UntilAsync(id, run => run.Step >= 3);
        await first.DisposeAsync();
        RunBench.EndChild(early);

        bench.Worker();
        Run run = await bench.UntilAsync(id, RunState.Interrupted);

        Assert.StartsWith("its process is gone, and nobody saw how it ended", run.Reason, StringComparison.Ordinal);
        Assert.Equal(File.ReadAllLines(bench.Folder(id).Metrics).Length, (await bench.StepsAsync(id)).Length);
    }

    [Fact]
    public async Task TwoWorkersOnOneDatabase_StartEachRunOnce()
    {
        await using var bench = new RunBench();
        string[] ids = new string[6];
        for (int i = 0; i < ids.Length; i++)
        {
            ids[i] = await bench.StartAsync(RunBench.Fake(3), i % 2 == 0 ? "" : "device: cuda:1");
        }

        bench.Worker();
        bench.Worker();
        foreach (string id in ids)
        {
            await bench.UntilAsync(id, RunState.Completed);
            Assert.Single(await File.ReadAllLinesAsync(Path.Combine(bench.Folder(id).Root, "starts"), Bench.Token));
            Assert.Equal(Enumerable.Range(1, 3), await bench.StepsAsync(id));
        }
    }

    [Fact]
    public async Task Run_WhoseWorkerDiedBeforeItNotedTheProcess_IsFoundByItsStatus()
    {
        await using var bench = new RunBench();
        TestWorker first = bench.Worker();
        string id = await bench.StartAsync(RunBench.Fake(25, 0.02));
        Run early = await bench.UntilAsync(id, run => run.Step >= 2);
        await first.DisposeAsync();
        await using (AlignmentDb db = bench.Bench.Db())
        {
            await db.Runs.ExecuteUpdateAsync(change => change.SetProperty(run => run.ChildProcessId, (int?)null), Bench.Token);
        }

        bench.Worker();
        Assert.Equal(early.ChildProcessId, (await bench.UntilAsync(id, RunState.Completed)).ChildProcessId);
    }

    [Fact]
    public void Command_IsFoundWhereItIsPublishedAndWhereItIsBuilt()
    {
        string root = Directory.CreateTempSubdirectory("pipeline-tests-command-").FullName;
        try
        {
            string app = Path.Combine(root, "bin", "Labeling.Web", "release"), built = Path.Combine(root, "bin", "Alignment", "release", "Alignment.dll");
            string message = Assert.Throws<UserError>(() => AlignCommand.Find(app)).Message;
            Assert.Contains(AlignCommand.Variable, message, StringComparison.Ordinal);

            Directory.CreateDirectory(Path.GetDirectoryName(built)!);
            File.WriteAllText(built, "");
            Assert.Equal([built], AlignCommand.Find(app).Before);
            string published = Path.Combine(app, "align", "Alignment.dll");
            Directory.CreateDirectory(Path.GetDirectoryName(published)!);
            File.WriteAllText(published, "");
            Assert.Equal([published], AlignCommand.Find(app).Before);
            Assert.Equal("dotnet", Path.GetFileName(AlignCommand.Find(app).Program));
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }
}

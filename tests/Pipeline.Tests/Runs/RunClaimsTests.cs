using Alignment.Pipeline.Runs;
using Alignment.Pipeline.Runs.Worker;
using Alignment.Pipeline.Storage;
using Alignment.Pipeline.Tests.Labeling;
using Alignment.Shared.Runs;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Alignment.Pipeline.Tests.Runs;

public class RunClaimsTests
{
    [Fact]
    public async Task TakeNext_ManyAtOnce_GivesEachRunToOneAndOneRunToADevice()
    {
        await using var bench = new Bench();
        await AddAsync(bench, [.. Enumerable.Range(0, 8).Select(i => Queued($"r{i}", i % 2 == 0 ? "cpu" : "cuda:0", i))]);
        Run?[] taken = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => Claims(bench).TakeNextAsync(Bench.Token))));

        Assert.Equal(["r0", "r1"], taken.OfType<Run>().Select(run => run.Id).Order());
        await using AlignmentDb db = bench.Db();
        Assert.Equal(2, await db.Runs.CountAsync(run => run.State == RunState.Running, Bench.Token));
    }

    [Fact]
    public async Task TakeOver_LeasedRun_GoesToAnotherOnlyAfterItsWorkerIsSilentOrDead()
    {
        var clock = new ManualClock();
        await using var bench = new Bench(clock: clock);
        await AddAsync(bench, Queued("r", "cpu", 1));
        RunClaims first = Claims(bench), second = Claims(bench);
        await first.TakeNextAsync(Bench.Token);
        Assert.Empty(await second.TakeOverAsync(Bench.Token));

        clock.Move(new RunWorkerOptions().Lease / 2);
        await first.RenewAsync(Bench.Token);
        clock.Move(new RunWorkerOptions().Lease - TimeSpan.FromSeconds(1));
        Assert.Empty(await second.TakeOverAsync(Bench.Token));
        clock.Move(TimeSpan.FromSeconds(2));
        Assert.Single(await second.TakeOverAsync(Bench.Token));
        Assert.Empty(await first.TakeOverAsync(Bench.Token));

        await using (AlignmentDb db = bench.Db())
        {
            await db.Runs.ExecuteUpdateAsync(change => change.SetProperty(run => run.OwnerStartedAt, new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc)), Bench.Token);
        }

        Assert.Single(await first.TakeOverAsync(Bench.Token)); // a process of this id that started then lives no more
        await first.GiveBackAsync();
        Assert.Single(await second.TakeOverAsync(Bench.Token));
    }

    [Fact]
    public async Task TakeOver_RunOfAnotherMachine_KeepsItsMachine()
    {
        var clock = new ManualClock();
        await using var bench = new Bench(clock: clock);
        Run foreign = Queued("r", "cpu", 1);
        (foreign.State, foreign.Owner, foreign.OwnerHost, foreign.OwnerProcessId, foreign.LeaseExpiresAt) = (RunState.Running, "w", "elsewhere", 1, clock.GetUtcNow().UtcDateTime.AddSeconds(5));
        foreign.OwnerStartedAt = DateTime.UnixEpoch;
        await AddAsync(bench, foreign);

        Assert.Empty(await Claims(bench).TakeOverAsync(Bench.Token));
        clock.Move(TimeSpan.FromSeconds(6));
        Assert.Equal("elsewhere", Assert.Single(await Claims(bench).TakeOverAsync(Bench.Token)).OwnerHost);
    }

    [Fact]
    public void IsAlive_OnAnotherMachine_GoesByTheSilenceOfTheFolder()
    {
        string root = Directory.CreateTempSubdirectory("pipeline-tests-").FullName;
        try
        {
            var watched = new WatchedRun(Queued("r", "cpu", 1), new(root), null);
            watched.Run.OwnerHost = "elsewhere";
            File.WriteAllText(watched.Folder.Metrics, "");
            var liveness = new RunLiveness(new WorkerIdentity(), new RunWorkerOptions(), TimeProvider.System);
            Assert.True(liveness.IsAlive(watched));

            File.SetLastWriteTimeUtc(watched.Folder.Metrics, DateTime.UtcNow - new RunWorkerOptions().ForeignPatience);
            Assert.False(liveness.IsAlive(watched));
            Assert.Equal("nothing was heard of machine elsewhere, where it ran; its console is empty", RunEnding.Of(watched, "here").Reason);
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    private static RunClaims Claims(Bench bench) => new(
        bench.Services.GetRequiredService<IDbContextFactory<AlignmentDb>>(), new WorkerIdentity(), new RunWorkerOptions(), bench.Services.GetRequiredService<TimeProvider>());

    private static async Task AddAsync(Bench bench, params Run[] runs)
    {
        await using AlignmentDb db = bench.Db();
        db.Runs.AddRange(runs);
        await db.SaveChangesAsync(Bench.Token);
    }

    private static Run Queued(string id, string device, long order) => new()
    {
        Id = id,
        Trainer = "dpo",
        Model = "m",
        Data = "d",
        Device = device,
        State = RunState.Queued,
        QueueOrder = order,
        CreatedAt = DateTime.UnixEpoch,
    };
}

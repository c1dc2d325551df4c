using System.Diagnostics;
using Alignment.Pipeline.Serving;
using Alignment.Shared;
using Microsoft.Extensions.DependencyInjection;

namespace Alignment.Pipeline.Tests.Serving;

/// <summary>Processes that come when somebody asks, are shared, and go.</summary>
public sealed class ServePoolTests : IAsyncLifetime
{
    private FakeModels _models = null!;

    public async ValueTask InitializeAsync() => _models = await FakeModels.StartAsync();

    public async ValueTask DisposeAsync() => await _models.DisposeAsync();

    [Fact]
    public async Task Use_StartsOneProcess_ThatAllShare_AndTheKeyIsOnNoCommandLine()
    {
        await using Bench bench = _models.Bench();
        ServeLease[] leases = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Pool(bench).UseAsync("one", Bench.Token)));

        FakeModels.Start start = Assert.Single(_models.Starts);
        Assert.Equal(64, start.Key.Length);
        Assert.DoesNotContain(start.Key, start.Arguments);
        Assert.All(leases, lease => Assert.Equal(("one", start.Key), (lease.Model.Name, lease.Model.Key)));
        Assert.True(Pool(bench).IsReady("one"));
    }

    [Fact]
    public async Task IdleModel_IsStopped_AndStartedAgainWhenAsked()
    {
        await using Bench bench = _models.Bench(new ServePoolOptions { Idle = TimeSpan.FromMilliseconds(100) });
        (await Pool(bench).UseAsync("one", Bench.Token)).Dispose();

        await FakeModels.UntilAsync(() => !FakeModels.IsAlive(_models.Starts[0].Process));
        using ServeLease again = await Pool(bench).UseAsync("one", Bench.Token);
        Assert.Equal(2, _models.Starts.Count);
        Assert.True(FakeModels.IsAlive(_models.Starts[1].Process));
    }

    [Fact]
    public async Task ModelThatDied_IsStartedAgain()
    {
        await using Bench bench = _models.Bench();
        using ServeLease first = await Pool(bench).UseAsync("one", Bench.Token);
        Kill(_models.Starts[0].Process);
        await first.Server.Ended.WaitAsync(TimeSpan.FromSeconds(20), Bench.Token);

        using ServeLease second = await Pool(bench).UseAsync("one", Bench.Token);
        Assert.Equal(2, _models.Starts.Count);
        Assert.NotEqual(first.Model.Key, second.Model.Key);
    }

    [Fact]
    public async Task DamagedModel_SaysItsLastLines_ToAllWhoWait_AndIsTriedAgain()
    {
        await using Bench bench = _models.Bench();
        UserError[] errors = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Assert.ThrowsAsync<UserError>(() => Pool(bench).UseAsync("broken", Bench.Token))));

        Assert.All(errors, error => Assert.Contains("error: model.safetensors is damaged", error.Message));
        _models.Mend();
        using ServeLease mended = await Pool(bench).UseAsync("broken", Bench.Token);
        Assert.Equal("broken", mended.Model.Name);
    }

    [Fact]
    public async Task UnknownModel_SaysWhereItWasLookedFor()
    {
        await using Bench bench = _models.Bench();
        UserError error = await Assert.ThrowsAsync<UserError>(() => Pool(bench).UseAsync("nothing", Bench.Token));

        Assert.Contains("'nothing' was not found", error.Message);
        Assert.Empty(_models.Starts);
    }

    [Fact]
    public async Task ModelThatNeverBecomesReady_IsGivenUp_AndEnded()
    {
        await using Bench bench = _models.Bench(new ServePoolOptions { StartPatience = TimeSpan.FromMilliseconds(300), StopPatience = TimeSpan.FromMilliseconds(100) });
        UserError error = await Assert.ThrowsAsync<UserError>(() => Pool(bench).UseAsync("mute", Bench.Token));

        Assert.Contains("was not ready within", error.Message);
        await FakeModels.UntilAsync(() => !FakeModels.IsAlive(_models.Starts[0].Process));
    }

    [Fact]
    public async Task OneModelTooMany_TakesThePlaceOfTheLongestIdle()
    {
        await using Bench bench = _models.Bench();
        foreach (string model in (string[])["one", "two", "one"])
        {
            (await Pool(bench).UseAsync(model, Bench.Token)).Dispose();
        }

        using ServeLease third = await Pool(bench).UseAsync("three", Bench.Token);
        Assert.False(FakeModels.IsAlive(_models.Starts[1].Process)); // the memory of two is free before three is loaded
        Assert.True(FakeModels.IsAlive(_models.Starts[0].Process));
    }

    [Fact]
    public async Task WhereAllAreBusy_OneWaitsItsTurn_AndIsNotKeptOutByThoseWhoCameLater()
    {
        await using Bench bench = _models.Bench(new ServePoolOptions { MostModels = 1 });
        ServeLease busy = await Pool(bench).UseAsync("one", Bench.Token);
        Task<ServeLease> other = Pool(bench).UseAsync("two", Bench.Token), later = Pool(bench).UseAsync("one", Bench.Token);
        Assert.False(other.IsCompleted || later.IsCompleted);

        busy.Dispose();
        ServeLease turn = await other.WaitAsync(TimeSpan.FromSeconds(20), Bench.Token);
        Assert.False(later.IsCompleted);
        turn.Dispose();
        (await later.WaitAsync(TimeSpan.FromSeconds(20), Bench.Token)).Dispose();
        Assert.Equal(["one", "two", "one"], _models.Starts.Select(start => start.Model));
    }

    [Fact]
    public async Task WhoGivesUpWaiting_LeavesTheLine()
    {
        await using Bench bench = _models.Bench(new ServePoolOptions { MostModels = 1 });
        using ServeLease busy = await Pool(bench).UseAsync("one", Bench.Token);
        using var patience = new CancellationTokenSource();
        Task<ServeLease> other = Pool(bench).UseAsync("two", patience.Token), later = Pool(bench).UseAsync("one", Bench.Token);
        await patience.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => other);
        (await later.WaitAsync(TimeSpan.FromSeconds(20), Bench.Token)).Dispose();
        Assert.Single(_models.Starts);
    }

    [Fact]
    public async Task Dispose_EndsAllProcesses_AlsoThoseThatDoNotListen()
    {
        Bench bench = _models.Bench(new ServePoolOptions { StopPatience = TimeSpan.FromMilliseconds(200) });
        await Pool(bench).UseAsync("one", Bench.Token);
        await Pool(bench).UseAsync("stubborn", Bench.Token);
        await bench.DisposeAsync();

        Assert.Equal(2, _models.Starts.Count);
        Assert.All(_models.Starts, start => Assert.False(FakeModels.IsAlive(start.Process)));
    }

    private static ServePool Pool(Bench bench) => bench.Services.GetRequiredService<ServePool>();

    private static void Kill(int process)
    {
        using var found = Process.GetProcessById(process);
        found.Kill();
    }
}

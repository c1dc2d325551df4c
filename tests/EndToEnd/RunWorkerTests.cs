using System.Diagnostics;
using Alignment.Goldens;
using Alignment.Pipeline;
using Alignment.Pipeline.People;
using Alignment.Pipeline.Runs;
using Alignment.Pipeline.Runs.Devices;
using Alignment.Pipeline.Runs.Estimate;
using Alignment.Pipeline.Runs.Resume;
using Alignment.Pipeline.Runs.Series;
using Alignment.Pipeline.Runs.Show;
using Alignment.Pipeline.Runs.Start;
using Alignment.Pipeline.Runs.Stop;
using Alignment.Pipeline.Runs.Worker;
using Alignment.Pipeline.Storage;
using Alignment.Shared;
using Alignment.Shared.Runs;
using MediatR;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Alignment.EndToEnd.Tests;

/// <summary>The worker with the real trainer on the demo model: the queue, stop, resume, a killed trainer, a worker that ends.</summary>
public sealed class RunWorkerTests : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly CommandLines _lines = new();
    private readonly DataFolder _data;
    private readonly ServiceProvider _services;

    public RunWorkerTests()
    {
        _data = new(_lines.At(""));
        _services = new ServiceCollection().AddPipeline(_data, Actor.Operator).BuildServiceProvider();
        string demo = Path.Combine(GoldenData.Repository, "data", "models", "demo"), model = Path.Combine(_data.Models, "demo");
        Directory.CreateDirectory(model);
        foreach (string file in Directory.EnumerateFiles(demo))
        {
            File.Copy(file, Path.Combine(model, Path.GetFileName(file)));
        }

        _lines.Pipeline("import", Path.Combine(GoldenData.Repository, "data", "demo", "pairs.jsonl"), "--project", "demo");
        _lines.Pipeline("freeze", "--project", "demo", "--kind", "preference", "--id", "demo-pairs");
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await using (AlignmentDb db = Db())
        {
            foreach (Run run in await db.Runs.Where(run => run.EndedAt == null && run.ChildProcessId != null).ToListAsync(CancellationToken.None))
            {
                Kill(run);
            }
        }

        await _services.DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        _lines.Dispose();
    }

    [Fact]
    public async Task Runs_QueuedStoppedKilledAndLeftAlone_AllComeToTheirEnd()
    {
        var first = new Worker(_data);
        string a = (await SendAsync(new StartRun(Yaml(60), "eva"))).Id;
        QueuedRun waiting = await SendAsync(new StartRun(Yaml(3), "eva"));
        Assert.Equal(1, waiting.Ahead);
        Run run = await UntilAsync(a, run => run.Step >= 7);
        Assert.Equal((RunState.Queued, 60), ((await RunAsync(waiting.Id)).State, run.LastStep));

        await SendAsync(new StopRun(a));
        run = await UntilAsync(a, run => run.State == RunState.Stopped);
        Assert.Equal(run.Step, Folder(a).CheckpointSteps()[^1]);
        await UntilAsync(waiting.Id, run => run.State == RunState.Completed);

        await SendAsync(new ResumeRun(a, "eva"));
        int stoppedAt = run.Step;
        run = await UntilAsync(a, run => run.Attempt == 2 && run.Step > stoppedAt);
        Kill(run);
        run = await UntilAsync(a, run => run.State == RunState.Interrupted);
        Assert.StartsWith("its process was ended by SIGKILL; the last line of its console: step ", run.Reason, StringComparison.Ordinal);

        await SendAsync(new ResumeRun(a, "eva"));
        int killedAt = run.Step;
        run = await UntilAsync(a, run => run.Attempt == 3 && run.Step > killedAt);
        await first.DisposeAsync();
        await using var second = new Worker(_data);
        Run done = await UntilAsync(a, run => run.State == RunState.Completed);

        Assert.Equal((run.ChildProcessId, 60, 3), (done.ChildProcessId, done.Step, done.Attempt));
        MetricRecord[] lines = [.. MetricsFile.ReadLines(Folder(a).Metrics)];
        await using AlignmentDb db = Db();
        int[] stored = await db.RunMetrics.Where(row => row.RunId == a).OrderBy(row => row.Offset).Select(row => row.Step).ToArrayAsync(Token);
        Assert.Equal(lines.Select(line => line.Step), stored);
        RunColumns columns = Assert.Single(await SendAsync(new RunSeries([new(a)])));
        Assert.Equal(Enumerable.Range(1, 60), columns.Steps);
        RunDetails shown = await SendAsync(new ShowRun(a));
        Assert.Equal(a, shown.Model);
        Assert.Contains(shown.Files, file => file.Name == "model/model.safetensors");
        Assert.Equal(3, File.ReadLines(Folder(a).ConsoleLog).Count(line => line == $"run {Folder(a).Root}")); // once an attempt, though the console is the log
    }

    [Fact]
    public async Task Estimate_OfTheDemoRun_IsNearWhatItTakes()
    {
        DeviceReport devices = await SendAsync(new ListDevices());
        Assert.Equal(("cpu", null), (devices.Devices[0].Name, devices.Devices[0].Problem));
        RunEstimate estimate = await SendAsync(new EstimateRun(Yaml(20)));
        await using var worker = new Worker(_data);
        string id = (await SendAsync(new StartRun(Yaml(20), "eva"))).Id;
        await UntilAsync(id, run => run.State == RunState.Completed);
        RunColumns columns = Assert.Single(await SendAsync(new RunSeries([new(id)])));
        double memory = columns.Values[MetricNames.MemoryBytes].Max()!.Value, tokens = columns.Values[MetricNames.NumTokens].Max()!.Value;
        string all = FormattableString.Invariant($"{estimate.Memory.Bytes / 1e6:0} MB for {memory / 1e6:0} MB, {estimate.Tokens} tokens for {tokens}, {estimate.Time} ({estimate.TimeBasis})");
        Console.WriteLine(all);

        Assert.Equal(20, estimate.Steps);
        Assert.True(estimate.Memory.Bytes / memory is > 0.7 and < 2, all);
        Assert.True(estimate.Tokens / tokens is > 0.5 and < 2, all);
    }

    private static string Yaml(int steps) => FormattableString.Invariant($$"""
        trainer: dpo
        model: demo
        data: demo-pairs
        precision: fp32
        threads: 1
        max_length: 160
        batch: { rows_per_step: 4, micro_batch: 4 }
        limits: { steps: {{steps}} }
        evaluate: { rows: 0 }
        save: { every_steps: 5 }
        """);

    private static void Kill(Run run)
    {
        if (new ProcessIdentity(run.ChildProcessId!.Value, new(run.ChildStartedAt!.Value, TimeSpan.Zero)).IsAlive())
        {
            using var process = Process.GetProcessById(run.ChildProcessId.Value);
            process.Kill();
        }
    }

    private AlignmentDb Db() => _services.GetRequiredService<IDbContextFactory<AlignmentDb>>().CreateDbContext();

    private RunFolder Folder(string id) => new(Path.Combine(_data.Runs, id));

    private async Task<T> SendAsync<T>(IRequest<T> message)
    {
        await using AsyncServiceScope scope = _services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<IMediator>().Send(message, Token);
    }

    private async Task<Run> RunAsync(string id)
    {
        await using AlignmentDb db = Db();
        return await db.Runs.AsNoTracking().SingleAsync(run => run.Id == id, Token);
    }

    private async Task<Run> UntilAsync(string id, Func<Run, bool> wanted)
    {
        for (long began = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(began) < Patience; await Task.Delay(50, Token))
        {
            if (await RunAsync(id) is { } run && wanted(run))
            {
                return run;
            }
        }

        Run last = await RunAsync(id);
        string console = File.Exists(Folder(id).ConsoleLog) ? await File.ReadAllTextAsync(Folder(id).ConsoleLog, Token) : "";
        Assert.Fail($"run {id} is {last.State} at step {last.Step}, attempt {last.Attempt}: {last.Reason}\n{console}");
        return last;
    }

    /// <summary>A worker with everything of its own, as the app has it.</summary>
    private sealed class Worker : IAsyncDisposable
    {
        private readonly ServiceProvider _services;
        private readonly CancellationTokenSource _stop = new();
        private readonly Task _task;

        public Worker(DataFolder data)
        {
            _services = new ServiceCollection().AddPipeline(data).BuildServiceProvider();
            _task = _services.GetRequiredService<IRunWorker>().RunAsync(_stop.Token);
        }

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            await _task;
            await _services.DisposeAsync();
            _stop.Dispose();
        }
    }
}

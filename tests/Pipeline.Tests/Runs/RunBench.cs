using System.Diagnostics;
using System.Globalization;
using System.Text;
using Alignment.Pipeline.Runs;
using Alignment.Pipeline.Runs.Start;
using Alignment.Pipeline.Runs.Worker;
using Alignment.Pipeline.Storage;
using Alignment.Shared.Runs;
using MediatR;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Alignment.Pipeline.Tests.Runs;

/// <summary>A data folder with a model, rows and a trainer that trains nothing; workers are started and ended at will.</summary>
internal sealed class RunBench : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string _tools = Directory.CreateTempSubdirectory("pipeline-tests-align-").FullName;
    private readonly RunWorkerOptions _options;
    private readonly List<TestWorker> _workers = [];

    public RunBench(RunWorkerOptions? options = null)
    {
        _options = options ?? new() { Poll = TimeSpan.FromMilliseconds(50), IdlePoll = TimeSpan.FromMilliseconds(100), ScanEvery = TimeSpan.FromMilliseconds(200) };
        File.WriteAllText(Path.Combine(_tools, "align.sh"), FakeAlign.Script);
        Align = new("/bin/bash", [Path.Combine(_tools, "align.sh")]);
        Bench = new(services: Register);
        WriteModel("tiny", 1000);
        WriteRows("rows", 40);
    }

    public Bench Bench { get; }

    public AlignCommand Align { get; }

    /// <summary>How often the fake was asked for its devices.</summary>
    public int Asked => File.ReadAllLines(Path.Combine(_tools, "asked")).Length;

    public static string Yaml(string fake, string more = "") => $"trainer: dpo\nmodel: tiny\ndata: ../../rows.jsonl\n{more}\n{fake}\n";

    public static string Fake(int steps, double pause = 0.01, params string[] more) => string.Create(
        CultureInfo.InvariantCulture, $"# fake-steps: {steps}\n# fake-pause: {pause}\n{string.Join('\n', more.Select(line => "# fake-" + line))}");

    public Task<T> SendAsync<T>(IRequest<T> message) => Bench.SendAsync(message);

    public async Task<string> StartAsync(string fake, string more = "") => (await SendAsync(new StartRun(Yaml(fake, more), "eva"))).Id;

    public RunFolder Folder(string id) => new(Path.Combine(Bench.Folder.Runs, id));

    /// <summary>A worker with everything of its own, as another process would have it.</summary>
    public TestWorker Worker()
    {
        var services = new ServiceCollection();
        Register(services);
        var worker = new TestWorker(services.AddPipeline(Bench.Folder).BuildServiceProvider());
        _workers.Add(worker);
        return worker;
    }

    public async Task<Run> RunAsync(string id)
    {
        await using AlignmentDb db = Bench.Db();
        return await db.Runs.AsNoTracking().SingleAsync(run => run.Id == id, Bench.Token);
    }

    public async Task<int[]> StepsAsync(string id)
    {
        await using AlignmentDb db = Bench.Db();
        return await db.RunMetrics.Where(row => row.RunId == id).OrderBy(row => row.Offset).Select(row => row.Step).ToArrayAsync(Bench.Token);
    }

    public Task<Run> UntilAsync(string id, RunState state) => UntilAsync(id, run => run.State == state);

    /// <summary>Waits until the row is as wanted.</summary>
    public async Task<Run> UntilAsync(string id, Func<Run, bool> wanted)
    {
        long began = Stopwatch.GetTimestamp();
        while (true)
        {
            Run run = await RunAsync(id);
            if (wanted(run))
            {
                return run;
            }

            if (Stopwatch.GetElapsedTime(began) > Patience)
            {
                string console = File.Exists(Folder(id).ConsoleLog) ? await File.ReadAllTextAsync(Folder(id).ConsoleLog, Bench.Token) : "";
                Assert.Fail($"run {id} is {run.State} at step {run.Step}: {run.Reason}\n{console}");
            }

            await Task.Delay(20, Bench.Token);
        }
    }

    /// <summary>A model that has its sizes and no weights: only the header is read.</summary>
    public void WriteModel(string name, long rows)
    {
        string folder = Path.Combine(Bench.Folder.Models, name);
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "config.json"), """{"model_type": "llama", "hidden_size": 64, "intermediate_size": 128, "num_hidden_layers": 2, "vocab_size": 1000}""");
        byte[] header = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $$$"""{"__metadata__": {"format": "pt"}, "w": {"dtype": "F32", "shape": [{{{rows}}}, 64], "data_offsets": [0, 0]}}"""));
        File.WriteAllBytes(Path.Combine(folder, "model.safetensors"), [.. BitConverter.GetBytes((ulong)header.Length), .. header]);
    }

    public void WriteRows(string name, int count) => Bench.WriteRows(
        name + ".jsonl", [.. Enumerable.Range(0, count).Select(row => string.Create(CultureInfo.InvariantCulture, $$"""{"prompt": "question {{row}}", "chosen": "a good answer", "rejected": "a bad answer"}"""))]);

    public async ValueTask DisposeAsync()
    {
        foreach (TestWorker worker in _workers)
        {
            await worker.DisposeAsync();
        }

        await using (AlignmentDb db = Bench.Db())
        {
            foreach (Run run in await db.Runs.Where(run => run.ChildProcessId != null).ToListAsync(CancellationToken.None))
            {
                EndChild(run);
            }
        }

        await Bench.DisposeAsync();
        Directory.Delete(_tools, recursive: true);
    }

    /// <summary>Kills a run's process, if it lives, and waits until it is gone.</summary>
    public static void EndChild(Run run)
    {
        var child = new ProcessIdentity(run.ChildProcessId!.Value, new(run.ChildStartedAt!.Value, TimeSpan.Zero));
        if (child.IsAlive())
        {
            using var process = Process.GetProcessById(child.Id);
            process.Kill();
            Assert.True(SpinWait.SpinUntil(() => !child.IsAlive(), Patience));
        }
    }

    private void Register(IServiceCollection services) => services.AddSingleton(new Lazy<AlignCommand>(Align)).AddSingleton(_options);
}

/// <summary>A worker that runs.</summary>
internal sealed class TestWorker : IAsyncDisposable
{
    private readonly ServiceProvider _services;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _task;
    private bool _ended;

    public TestWorker(ServiceProvider services)
    {
        _services = services;
        _task = services.GetRequiredService<IRunWorker>().RunAsync(_stop.Token);
    }

    public IRunEvents Events => _services.GetRequiredService<IRunEvents>();

    public async ValueTask DisposeAsync()
    {
        if (!_ended)
        {
            _ended = true;
            await _stop.CancelAsync();
            await _task;
            await _services.DisposeAsync();
            _stop.Dispose();
        }
    }
}

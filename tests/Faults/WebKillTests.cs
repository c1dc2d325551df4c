using System.Globalization;
using System.Security.Cryptography;
using Alignment.Goldens;
using Alignment.Pipeline.Labeling;
using Alignment.Pipeline.Runs.Resume;
using Alignment.Pipeline.Runs.Start;
using Alignment.Processes;
using Alignment.Shared.Runs;
using Microsoft.EntityFrameworkCore;

namespace Alignment.Faults.Tests;

/// <summary>
/// The web process and the trainer, killed in turn with SIGKILL while four people judge and a run trains: no acknowledged
/// judgment is lost, none is doubled, and the run ends with the weights of one that nobody killed.
/// </summary>
public sealed class WebKillTests
{
    private const int People = 4, Overlap = 2, Items = 4000, PressesBetweenKills = 40;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task WebAndTrainer_KilledInTurn_LoseAndDoubleNothing()
    {
        int kills = 2 * Rounds.Count;
        using var scratch = new ScratchFolder();
        string data = scratch["data"], yaml = Recipe(scratch);
        Program.Pipeline.Run(["import", Rows(scratch), "--project", "many", "--data-dir", data]).Expect();
        Program.Pipeline.Run(["import", Path.Combine(GoldenData.Repository, "data", "demo", "pairs.jsonl"), "--project", "demo", "--data-dir", data]).Expect();
        Program.Pipeline.Run(["freeze", "--project", "demo", "--kind", "preference", "--id", "demo-pairs", "--data-dir", data]).Expect();
        string whole = Weights(Program.Align.Run(["train", yaml, "--out", scratch["whole"], "--data-dir", data]).Expect(), scratch["whole"]);

        await using var store = new DataStore(data);
        await store.SetOverlapAsync("many", Overlap);
        await using var web = await KillableWeb.StartAsync(data);
        var presses = new Presses();
        using var stop = new CancellationTokenSource();
        Task[] people = [.. await Task.WhenAll(Enumerable.Range(0, People).Select(i => StartPersonAsync(store, web, presses, i, stop.Token)))];
        var run = new RunFolder(Path.Combine(data, "runs", (await store.SendAsync(new StartRun(File.ReadAllText(yaml), "faults"))).Id));

        for (int kill = 0; kill < kills; kill++)
        {
            await presses.WaitForAsync(presses.Count + PressesBetweenKills, Patience);
            bool killsWeb = kill % 2 == 0;
            int step = await KillAsync(killsWeb, store, web, run);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"kill {kill + 1}/{kills}: {(killsWeb ? "web" : "trainer")} at step {step}, {presses.Count} judgments acknowledged"));
        }

        await presses.WaitForAsync(presses.Count + PressesBetweenKills, Patience);
        await stop.CancelAsync();
        await Task.WhenAll(people);
        await WaitUntilAsync(() => RunStatus.Read(run.Status)?.State == RunState.Completed);

        await AssertJudgmentsAsync(store, presses);
        Assert.Equal(whole, Weights(null, run.Root));
        Console.WriteLine("weights as without kills");
    }

    private static async Task<Task> StartPersonAsync(DataStore store, KillableWeb web, Presses presses, int index, CancellationToken stop)
    {
        var person = new Person(web.Address, presses);
        await person.JoinAsync(await store.InviteAsync(), string.Create(CultureInfo.InvariantCulture, $"person{index}"));
        return person.JudgeAsync("many", stop);
    }

    // A trainer that was killed leaves an interrupted run, which somebody resumes; the web process is started again as it was.
    private static async Task<int> KillAsync(bool killsWeb, DataStore store, KillableWeb web, RunFolder run)
    {
        int step = RunStatus.Read(run.Status)?.Step ?? 0;
        if (killsWeb)
        {
            await web.KillAndStartAgainAsync();
            return step;
        }

        await WaitUntilAsync(() => RunStatus.Read(run.Status) is { State: RunState.Running or RunState.Completed } status && (status.State == RunState.Completed || status.IsProcessAlive()));
        if (RunStatus.Read(run.Status) is { State: RunState.Running } status)
        {
            Program.Kill(status.ProcessId);
            await store.WaitForStateAsync(run.Id, RunState.Interrupted, Patience);
            await store.SendAsync(new ResumeRun(run.Id, "faults"));
        }

        return step;
    }

    private static async Task AssertJudgmentsAsync(DataStore store, Presses presses)
    {
        await using Pipeline.Storage.AlignmentDb db = store.Db();
        List<Judgment> stored = await db.Judgments.AsNoTracking().Where(judgment => judgment.LabelerKind == LabelerKind.Person).ToListAsync();
        string[] keys = [.. stored.Select(judgment => judgment.IdempotencyKey[(judgment.IdempotencyKey.IndexOf('/', StringComparison.Ordinal) + 1)..])];
        Assert.Empty(presses.Acknowledged.Except(keys));
        Assert.Equal(keys.Length, keys.Distinct().Count());
        Assert.Equal(stored.Count, stored.Select(judgment => (judgment.ItemId, judgment.LabelerId)).Distinct().Count());
        Assert.All(stored.Where(judgment => !judgment.Surplus).GroupBy(judgment => judgment.ItemId), item => Assert.InRange(item.Count(), 1, Overlap));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{presses.Count} acknowledged judgments, {stored.Count} stored: none lost, none doubled"));
    }

    private static string Recipe(ScratchFolder scratch)
    {
        string path = scratch["run.yaml"];
        File.WriteAllText(path, File.ReadAllText(Path.Combine(GoldenData.Repository, "data", "recipes", "demo-dpo.yaml"))
            .Replace("../models/demo", Path.Combine(GoldenData.Repository, "data", "models", "demo"), StringComparison.Ordinal)
            .Replace("epochs: 1", "epochs: 4", StringComparison.Ordinal)
            .Replace("every_steps: 0", "every_steps: 4", StringComparison.Ordinal));
        return path;
    }

    private static string Rows(ScratchFolder scratch)
    {
        string path = scratch["many.jsonl"];
        File.WriteAllLines(path, Enumerable.Range(0, Items).Select(i => string.Create(
            CultureInfo.InvariantCulture, $$"""{"prompt": "question {{i}}", "answers": ["one answer to {{i}}", "another answer to {{i}}"]}""")));
        return path;
    }

    private static async Task WaitUntilAsync(Func<bool> holds)
    {
        for (DateTime end = DateTime.UtcNow + Patience; !holds(); await Task.Delay(50))
        {
            Assert.True(DateTime.UtcNow < end, "waited too long");
        }
    }

    private static string Weights(Outcome? _, string run) => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(Path.Combine(run, "model", "model.safetensors"))));
}

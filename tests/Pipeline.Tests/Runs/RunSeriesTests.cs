using System.Diagnostics;
using System.Globalization;
using System.Text;
using Alignment.Pipeline.Runs;
using Alignment.Pipeline.Runs.Series;
using Alignment.Pipeline.Runs.Worker;
using Alignment.Pipeline.Storage;
using Alignment.Shared.Runs;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Alignment.Pipeline.Tests.Runs;

public class RunSeriesTests
{
    [Fact]
    public async Task Series_RepeatedSteps_TakeTheHighestAttemptAndComeAgainWhole()
    {
        await using var bench = new Bench();
        (Run run, RunFolder folder) = await AddAsync(bench);
        await FollowAsync(bench, run, folder, Line(1, 1, ("loss", 1)), Line(2, 1, ("loss", 2)), Line(2, 1, ("eval_loss", 20)), Line(3, 1, ("loss", 3)));
        RunColumns first = await SeriesAsync(bench, 0);
        await FollowAsync(bench, run, folder, Line(2, 2, ("eval_loss", 21)), Line(3, 2, ("loss", 30)), Line(4, 2, ("loss", 40)));
        RunColumns second = await SeriesAsync(bench, first.Cursor);

        Assert.Equal([1, 2, 3], first.Steps);
        Assert.Equal([1, 2, 3], first.Values["loss"]);
        Assert.Equal([null, 20, null], first.Values["eval_loss"]);
        Assert.Equal([2, 3, 4], second.Steps);
        Assert.Equal([2, 30, 40], second.Values["loss"]);
        Assert.Equal([21, null, null], second.Values["eval_loss"]);
        RunColumns nothing = await SeriesAsync(bench, second.Cursor);
        Assert.Equal((second.Cursor, 0, 0), (nothing.Cursor, nothing.Steps.Length, nothing.Values.Count));
        Assert.Equal(["loss"], (await SeriesAsync(bench, 0, "loss")).Values.Keys);
        Assert.Equal(MetricsFile.Read(folder.Metrics).Select(record => record.Step), (await SeriesAsync(bench, 0)).Steps);
    }

    [Fact]
    public async Task Follow_TornAndDamagedLines_AreTakenWhenTheyAreWholeOrPassedOver()
    {
        await using var bench = new Bench();
        (Run run, RunFolder folder) = await AddAsync(bench);
        string line = Line(2, 1, ("loss", 2));
        await FollowAsync(bench, run, folder, Line(1, 1, ("loss", 1)), "{\"step\": damaged}");
        await File.AppendAllTextAsync(folder.Metrics, line[..12], Bench.Token);
        await FollowAsync(bench, run, folder);
        Assert.Equal(1, Assert.Single((await SeriesAsync(bench, 0)).Steps));

        await File.AppendAllTextAsync(folder.Metrics, line[12..] + "\n", Bench.Token);
        await FollowAsync(bench, run, folder);
        Assert.Equal(Enumerable.Range(1, 2), (await SeriesAsync(bench, 0)).Steps);
        Assert.Equal(new FileInfo(folder.Metrics).Length, run.MetricsOffset);

        await File.WriteAllTextAsync(folder.Metrics, Line(1, 3, ("loss", 9)) + "\n", Bench.Token);
        await FollowAsync(bench, run, folder);
        Assert.Equal([9], (await SeriesAsync(bench, 0)).Values["loss"]);
    }

    [Fact]
    public async Task Follow_FromAnOldOffset_StoresNothingTwice()
    {
        await using var bench = new Bench();
        (Run run, RunFolder folder) = await AddAsync(bench);
        Run stale = await OneAsync(bench);
        await FollowAsync(bench, run, folder, Line(1, 1, ("loss", 1)));

        Assert.False(await bench.Services.GetRequiredService<MetricsFollower>().FollowAsync(stale, folder, null, Bench.Token));
        await using AlignmentDb db = bench.Db();
        Assert.Equal(1, await db.RunMetrics.CountAsync(Bench.Token));
    }

    [Fact]
    public async Task Series_TenThousandStepsOfTwentyMetrics_ComeInAMoment()
    {
        await using var bench = new Bench();
        (Run run, RunFolder folder) = await AddAsync(bench);
        var random = new Random(1);
        await FollowAsync(bench, run, folder, [.. Enumerable.Range(1, 10_000).Select(step => Line(step, 1, [.. Enumerable.Range(0, 20).Select(i => ($"metric/{i}", random.NextDouble()))]))]);
        await SeriesAsync(bench, 0);

        long began = Stopwatch.GetTimestamp();
        RunColumns all = await SeriesAsync(bench, 0);
        TimeSpan time = Stopwatch.GetElapsedTime(began);
        TestContext.Current.SendDiagnosticMessage(string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:0} ms"));

        Assert.Equal((10_000, 20), (all.Steps.Length, all.Values.Count));
        Assert.True(time < TimeSpan.FromSeconds(2), $"{time}");
    }

    private static async Task<(Run Run, RunFolder Folder)> AddAsync(Bench bench)
    {
        var folder = new RunFolder(Path.Combine(bench.Folder.Runs, "r"));
        Directory.CreateDirectory(folder.Root);
        await using AlignmentDb db = bench.Db();
        db.Runs.Add(new Run { Id = "r", Trainer = "dpo", Model = "m", Data = "d", Device = "cpu", State = RunState.Completed, CreatedAt = DateTime.UnixEpoch });
        await db.SaveChangesAsync(Bench.Token);
        return (await OneAsync(bench), folder);
    }

    private static async Task<Run> OneAsync(Bench bench)
    {
        await using AlignmentDb db = bench.Db();
        return await db.Runs.AsNoTracking().SingleAsync(Bench.Token);
    }

    private static async Task FollowAsync(Bench bench, Run run, RunFolder folder, params string[] lines)
    {
        await File.AppendAllLinesAsync(folder.Metrics, lines, Bench.Token);
        while (await bench.Services.GetRequiredService<MetricsFollower>().FollowAsync(run, folder, null, Bench.Token))
        {
            Bench.Token.ThrowIfCancellationRequested();
        }
    }

    private static async Task<RunColumns> SeriesAsync(Bench bench, long cursor, params string[] names) =>
        Assert.Single(await bench.SendAsync(new RunSeries([new("r", cursor)]) { Metrics = names.Length == 0 ? null : names }));

    private static string Line(int step, int attempt, params (string Name, double Value)[] values) => Encoding.UTF8.GetString(
        new MetricRecord(step, attempt, DateTimeOffset.UnixEpoch.AddSeconds(step), values.ToDictionary(value => value.Name, value => value.Value)).ToLine());
}

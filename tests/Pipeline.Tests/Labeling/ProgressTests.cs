using Alignment.Pipeline.Labeling.Next;
using Alignment.Pipeline.Labeling.Progress;
using Alignment.Pipeline.Labeling.Undo;
using Alignment.Pipeline.Storage;
using Alignment.Shared;
using Alignment.Shared.Preferences;
using Microsoft.EntityFrameworkCore;

namespace Alignment.Pipeline.Tests.Labeling;

public class ProgressTests
{
    [Fact]
    public async Task Progress_CountsWhatIsOpenHeldLeftAndDone()
    {
        var clock = new ManualClock();
        await using Bench bench = await LabelingBench.WithPairsAsync(6, clock);
        await bench.ImportAsync("""{"prompt": "rate it", "answers": ["only one"]}""");
        IReadOnlyList<LeasedItem> mine = await bench.NextAsync("ann", 3);
        Assert.Equal(2, (await bench.NextAsync("bob")).Count);
        clock.Move(TimeSpan.FromSeconds(10));
        await bench.SubmitAsync("ann", mine[0], mine[0].Second is null ? Verdicts.Up : "1", active: 4000);
        await bench.SubmitAsync("ann", mine[1], Verdicts.Skip, active: 1000);

        ProjectProgress ann = await OfAsync(bench, "ann");
        Assert.Equal((7, 6, 2, 1, 1), (ann.Items, ann.Left, ann.Held, ann.DoneToday, ann.DoneInAll));
        Assert.Equal(3, ann.OpenPairs + ann.OpenSingles);
        Assert.Equal(4000, ann.MedianActiveMilliseconds);
        clock.Move(TimeSpan.FromDays(1));
        ann = await OfAsync(bench, "ann");
        Assert.Equal((0, 0, 1), (ann.Held, ann.DoneToday, ann.DoneInAll));
        Assert.Equal((0, null), ((await OfAsync(bench, "carl")).DoneInAll, (await OfAsync(bench, "carl")).MedianActiveMilliseconds));
    }

    [Fact]
    public async Task Progress_OfAnUnknownProject_NamesTheKnownOnes()
    {
        await using Bench bench = await LabelingBench.WithPairsAsync(1);

        Assert.Contains("known: p", (await Assert.ThrowsAsync<UserError>(() => bench.SendAsync(new MyProgress("ann") { Project = "q" }))).Message);
    }

    [Fact]
    public async Task ActiveTime_IsNoMoreThanTheTimeSinceTheItemWasGivenOrLastJudged()
    {
        var clock = new ManualClock();
        await using Bench bench = await LabelingBench.WithPairsAsync(1, clock);
        LeasedItem item = Assert.Single(await bench.NextAsync("ann"));
        clock.Move(TimeSpan.FromSeconds(30));
        await bench.SubmitAsync("ann", item, "1", active: 50_000);
        clock.Move(TimeSpan.FromSeconds(5));
        await bench.SendAsync(new UndoJudgment("ann", item.Token, "undo"));
        clock.Move(TimeSpan.FromSeconds(7));
        await bench.SubmitAsync("ann", item, "2", active: 60_000);
        clock.Move(TimeSpan.FromSeconds(2));
        await bench.SubmitAsync("ann", item, "3", active: 1_500);

        await using AlignmentDb db = bench.Db();
        Assert.Equal([30_000, null, 7_000, 1_500], await db.Judgments.OrderBy(judgment => judgment.Id).Select(judgment => judgment.ActiveMilliseconds).ToArrayAsync(Bench.Token));
    }

    private static async Task<ProjectProgress> OfAsync(Bench bench, string person) => Assert.Single(await bench.SendAsync(new MyProgress(person) { Project = "p" }));
}

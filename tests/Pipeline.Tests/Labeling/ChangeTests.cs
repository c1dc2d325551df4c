using Alignment.Pipeline.Labeling;
using Alignment.Pipeline.Labeling.Change;
using Alignment.Pipeline.Labeling.Mine;
using Alignment.Pipeline.Labeling.Next;
using Alignment.Pipeline.Labeling.Submit;
using Alignment.Pipeline.Labeling.Undo;
using Alignment.Pipeline.Storage;
using Alignment.Shared;
using Alignment.Shared.Preferences;
using Microsoft.EntityFrameworkCore;

namespace Alignment.Pipeline.Tests.Labeling;

public class ChangeTests
{
    [Fact]
    public async Task Mine_AfterRevisionsAndAnUndo_ListsTheLastWordNewestFirst()
    {
        await using Bench bench = await LabelingBench.WithPairsAsync(4);
        IReadOnlyList<LeasedItem> items = await bench.NextAsync("ann", 4);
        await bench.SubmitAsync("ann", items[0], "1", comment: " short ");
        await bench.SubmitAsync("ann", items[1], "2");
        await bench.SubmitAsync("ann", items[2], Verdicts.Skip);
        await bench.SendAsync(new UndoJudgment("ann", items[1].Token, "undo"));
        await bench.SubmitAsync("ann", items[0], "7");

        JudgmentPage page = await bench.SendAsync(new MyJudgments("ann"));
        Assert.Equal(["7", Verdicts.Skip], page.Judgments.Select(judgment => judgment.Verdict));
        Assert.All(page.Judgments, judgment => Assert.True(judgment.CanChange));
        Assert.Equal(("p", items[0].Order, items[0].Prompt[^1].Content), (page.Judgments[0].Project, page.Judgments[0].Order, page.Judgments[0].Asked));
        Assert.Null(page.Older);
        Assert.Empty((await bench.SendAsync(new MyJudgments("bob"))).Judgments);
    }

    [Fact]
    public async Task Mine_InPages_ListsEachOnce()
    {
        await using Bench bench = await LabelingBench.WithPairsAsync(5);
        foreach (LeasedItem item in await bench.NextAsync("ann", 5))
        {
            await bench.SubmitAsync("ann", item, "4");
        }

        List<long> seen = [];
        long? before = null;
        do
        {
            JudgmentPage page = await bench.SendAsync(new MyJudgments("ann") { Count = 2, Before = before, Project = "p" });
            seen.AddRange(page.Judgments.Select(judgment => judgment.JudgmentId));
            before = page.Older;
        }
        while (before is not null);

        Assert.Equal(5, seen.Distinct().Count());
        Assert.Equal(seen.OrderDescending(), seen);
    }

    [Fact]
    public async Task Change_InsideTheWindow_RevisesKeepsThePlaceAndIsStoredOnce()
    {
        await using Bench bench = await LabelingBench.WithPairsAsync(1);
        LeasedItem item = Assert.Single(await bench.NextAsync("ann"));
        Submitted first = await bench.SubmitAsync("ann", item, "1");
        var change = new ChangeJudgment("ann", first.JudgmentId, "change-1", "6") { Comment = "on second thoughts" };
        Submitted changed = await bench.SendAsync(change);

        Assert.Equal((changed.JudgmentId, true), ((await bench.SendAsync(change)).JudgmentId, (await bench.SendAsync(change)).Repeated));
        await using AlignmentDb db = bench.Db();
        Judgment current = Assert.Single(CurrentJudgments.Of(await db.Judgments.ToArrayAsync(Bench.Token)));
        Assert.Equal(("6", "on second thoughts", first.JudgmentId), (current.Verdict, current.Comment, current.RevisesId));
        Assert.Equal(1, (await db.Items.SingleAsync(Bench.Token)).PlacesTaken);
        OwnJudgmentInFull full = await bench.SendAsync(new MyJudgment("ann", changed.JudgmentId));
        Assert.Equal((item.First, item.Second, "6"), (full.First, full.Second, full.Judgment.Verdict));
    }

    [Fact]
    public async Task Change_AfterTheWindow_IsRefusedWithBothTimes()
    {
        var clock = new ManualClock();
        await using Bench bench = await LabelingBench.WithPairsAsync(1, clock);
        LeasedItem item = Assert.Single(await bench.NextAsync("ann"));
        await bench.SubmitAsync("ann", item, "1");
        clock.Move(TimeSpan.FromHours(23));
        Submitted second = await bench.SubmitAsync("ann", item, "2");
        clock.Move(TimeSpan.FromHours(1.5));

        UserError refused = await Assert.ThrowsAsync<UserError>(() => bench.SendAsync(new ChangeJudgment("ann", second.JudgmentId, "k", "7")));
        Assert.Contains("2026-01-01 12:00 UTC", refused.Message);
        Assert.Contains("24 hours, until 2026-01-02 12:00 UTC", refused.Message);
        await Assert.ThrowsAsync<UserError>(() => bench.SubmitAsync("ann", item, "7"));
        await Assert.ThrowsAsync<UserError>(() => bench.SendAsync(new UndoJudgment("ann", item.Token, "u")));
        Assert.False(Assert.Single((await bench.SendAsync(new MyJudgments("ann"))).Judgments).CanChange);
    }

    [Fact]
    public async Task Change_OfAnothersOrAnOldJudgment_IsRefused()
    {
        await using Bench bench = await LabelingBench.WithPairsAsync(1);
        LeasedItem item = Assert.Single(await bench.NextAsync("ann"));
        Submitted first = await bench.SubmitAsync("ann", item, "1");

        await Assert.ThrowsAsync<UserError>(() => bench.SendAsync(new ChangeJudgment("bob", first.JudgmentId, "k", "7")));
        await Assert.ThrowsAsync<UserError>(() => bench.SendAsync(new MyJudgment("bob", first.JudgmentId)));
        await bench.SubmitAsync("ann", item, "2");
        Assert.Contains("last judgment", (await Assert.ThrowsAsync<UserError>(() => bench.SendAsync(new ChangeJudgment("ann", first.JudgmentId, "k", "7")))).Message);
    }

    [Fact]
    public async Task Change_OfASkip_TakesAPlaceOrIsSurplus()
    {
        await using Bench bench = await LabelingBench.WithPairsAsync(1);
        LeasedItem item = Assert.Single(await bench.NextAsync("ann"));
        Submitted skip = await bench.SubmitAsync("ann", item, Verdicts.Skip);
        await bench.SubmitAsync("bob", Assert.Single(await bench.NextAsync("bob")), "1");

        Assert.True((await bench.SendAsync(new ChangeJudgment("ann", skip.JudgmentId, "k", "3"))).Surplus);
        Assert.True(Assert.Single((await bench.SendAsync(new MyJudgments("ann"))).Judgments).Surplus);
    }
}

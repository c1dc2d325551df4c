using Alignment.Pipeline.Datasets.Freeze;
using Alignment.Pipeline.Labeling;
using Alignment.Pipeline.Labeling.Heartbeat;
using Alignment.Pipeline.Labeling.Next;
using Alignment.Pipeline.Labeling.Submit;
using Alignment.Pipeline.Labeling.Undo;
using Alignment.Pipeline.Storage;
using Alignment.Shared;
using Alignment.Shared.Preferences;
using Alignment.Shared.Snapshots;
using Microsoft.EntityFrameworkCore;

namespace Alignment.Pipeline.Tests.Labeling;

public class LabelingTests
{
    [Fact]
    public async Task Next_Reloaded_GivesTheSameItemsInTheSameOrder()
    {
        await using Bench bench = await LabelingBench.WithPairsAsync(3);
        IReadOnlyList<LeasedItem> first = await bench.NextAsync("ann");
        IReadOnlyList<LeasedItem> again = await bench.NextAsync("ann");

        Assert.Equal(2, first.Count);
        Assert.Equal(first.Select(item => (item.Token, item.ItemId, item.Order)), again.Select(item => (item.Token, item.ItemId, item.Order)));
    }

    [Fact]
    public async Task Next_OtherPerson_GetsWhatHasAFreePlace()
    {
        await using Bench bench = await LabelingBench.WithPairsAsync(3);
        IReadOnlyList<LeasedItem> ann = await bench.NextAsync("ann");
        IReadOnlyList<LeasedItem> bob = await bench.NextAsync("bob");

        Assert.Single(bob);
        Assert.DoesNotContain(bob[0].ItemId, ann.Select(item => item.ItemId));
    }

    [Fact]
    public async Task Next_OneKind_GivesOnlyThatKindAndUpToTheCount()
    {
        await using Bench bench = await LabelingBench.WithPairsAsync(5);
        await bench.ImportAsync("""{"prompt": "rate it", "answers": ["only one"]}""");
        IReadOnlyList<LeasedItem> pairs = await bench.SendAsync(new LeaseNext("p", "ann", 4) { Kind = JudgmentKind.Pair });
        IReadOnlyList<LeasedItem> singles = await bench.SendAsync(new LeaseNext("p", "ann", 4) { Kind = JudgmentKind.Single });

        Assert.Equal([4, 1], new[] { pairs.Count, singles.Count });
        Assert.All(pairs, item => Assert.Equal(JudgmentKind.Pair, item.Kind));
        Assert.Equal((JudgmentKind.Single, "only one", null), (singles[0].Kind, singles[0].First, singles[0].Second));
        Assert.Equal(pairs.Select(item => item.Token), (await bench.SendAsync(new LeaseNext("p", "ann", 4) { Kind = JudgmentKind.Pair })).Select(item => item.Token));
    }

    [Fact]
    public async Task Next_LeaseTakenOverByAnother_IsNotGivenBack()
    {
        var clock = new ManualClock();
        await using Bench bench = await LabelingBench.WithPairsAsync(1, clock);
        Assert.Single(await bench.NextAsync("ann"));
        clock.Move(Assignment.Lease + TimeSpan.FromSeconds(1));
        Assert.Single(await bench.NextAsync("bob"));

        Assert.Empty(await bench.NextAsync("ann"));
    }

    [Fact]
    public async Task Next_Order_ShowsTheStoredAnswersOnTheSidesItNames()
    {
        await using Bench bench = await LabelingBench.WithPairsAsync(40);
        List<ShownOrder> orders = [];
        foreach (LeasedItem item in await bench.NextAsync("ann", 10))
        {
            await using AlignmentDb db = bench.Db();
            Alignment.Pipeline.Items.Item stored = await db.Items.SingleAsync(row => row.Id == item.ItemId, Bench.Token);
            Assert.Equal(item.Order == ShownOrder.AB ? (stored.AnswerA, stored.AnswerB) : (stored.AnswerB, stored.AnswerA), (item.First, item.Second));
            orders.Add(item.Order!.Value);
        }

        Assert.Equal(2, orders.Distinct().Count());
    }

    [Fact]
    public async Task Next_LabeledByAFile_IsOfferedOnlyAfterRelabel()
    {
        await using var bench = new Bench();
        string row = """{"prompt": "q", "chosen": "a", "rejected": "b"}""";
        await bench.ImportAsync(row);
        Assert.Empty(await bench.NextAsync("ann"));

        await using var other = new Bench();
        await other.ImportAsync(message => message with { Relabel = true }, row);
        Assert.Single(await other.NextAsync("ann"));
    }

    [Fact]
    public async Task Submit_SameKeyTwiceAtOnce_IsStoredOnce()
    {
        await using Bench bench = await LabelingBench.WithPairsAsync(1);
        LeasedItem item = Assert.Single(await bench.NextAsync("ann"));
        Submitted[] answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => bench.SubmitAsync("ann", item, "1", "press-1"))));

        await using AlignmentDb db = bench.Db();
        Judgment judgment = await db.Judgments.SingleAsync(Bench.Token);
        Assert.All(answers, answer => Assert.Equal((judgment.Id, false), (answer.JudgmentId, answer.Surplus)));
        Assert.Equal(3, answers.Count(answer => answer.Repeated));
        Assert.Equal(item.Order, judgment.OrderShown);
        Assert.Equal(1, (await db.Items.SingleAsync(Bench.Token)).PlacesTaken);
    }

    [Fact]
    public async Task Submit_AfterTheLeaseAndWithAFreePlace_IsTaken()
    {
        var clock = new ManualClock();
        await using Bench bench = await LabelingBench.WithPairsAsync(1, clock);
        LeasedItem item = Assert.Single(await bench.NextAsync("ann"));
        Assert.Empty(await bench.NextAsync("bob"));
        clock.Move(Assignment.Lease + TimeSpan.FromSeconds(1));

        Assert.Single(await bench.NextAsync("bob"));
        Assert.False((await bench.SubmitAsync("ann", item, "1")).Surplus);
        Assert.Empty(await bench.NextAsync("bob"));
    }

    [Fact]
    public async Task Submit_WhenEveryPlaceIsTaken_IsKeptAndCountsNowhere()
    {
        var clock = new ManualClock();
        await using Bench bench = await LabelingBench.WithPairsAsync(1, clock);
        LeasedItem late = Assert.Single(await bench.NextAsync("ann"));
        clock.Move(Assignment.Lease + TimeSpan.FromSeconds(1));
        LeasedItem other = Assert.Single(await bench.NextAsync("bob"));
        await bench.SubmitAsync("bob", other, "1");

        Assert.True((await bench.SubmitAsync("ann", late, "7")).Surplus);
        await using AlignmentDb db = bench.Db();
        Assert.Equal((2, 1), (await db.Judgments.CountAsync(Bench.Token), (await db.Items.SingleAsync(Bench.Token)).PlacesTaken));
        FreezeResult frozen = await bench.SendAsync(new FreezeDataset { Project = "p", Kind = SnapshotKind.Preference, TestShare = 0 });
        Assert.Equal(1, frozen.TrainRows);
    }

    [Fact]
    public async Task Submit_SkipAndFlag_TakeNoPlaceAndDoNotComeAgain()
    {
        await using Bench bench = await LabelingBench.WithPairsAsync(2);
        IReadOnlyList<LeasedItem> items = await bench.NextAsync("ann");
        await bench.SubmitAsync("ann", items[0], Verdicts.Skip);
        await bench.SubmitAsync("ann", items[1], Verdicts.Flag, comment: "it is cut off");

        Assert.Empty(await bench.NextAsync("ann"));
        Assert.Equal(2, (await bench.NextAsync("bob")).Count);
    }

    [Fact]
    public async Task Submit_AgainOnTheSameItem_RevisesAndKeepsThePlace()
    {
        await using Bench bench = await LabelingBench.WithPairsAsync(1);
        LeasedItem item = Assert.Single(await bench.NextAsync("ann"));
        Submitted first = await bench.SubmitAsync("ann", item, "1");
        Submitted second = await bench.SubmitAsync("ann", item, "7");

        await using AlignmentDb db = bench.Db();
        Judgment[] all = await db.Judgments.ToArrayAsync(Bench.Token);
        Assert.Equal(first.JudgmentId, all[1].RevisesId);
        Assert.Equal([second.JudgmentId], CurrentJudgments.Of(all).Select(judgment => judgment.Id));
        Assert.Equal(1, (await db.Items.SingleAsync(Bench.Token)).PlacesTaken);
    }

    [Fact]
    public async Task Undo_OpensTheItemAndFreesThePlace()
    {
        await using Bench bench = await LabelingBench.WithPairsAsync(1);
        LeasedItem item = Assert.Single(await bench.NextAsync("ann"));
        await bench.SubmitAsync("ann", item, "1");
        await bench.SendAsync(new UndoJudgment("ann", item.Token, "undo-1"));
        await bench.SendAsync(new UndoJudgment("ann", item.Token, "undo-1"));

        Assert.Equal(item.Token, Assert.Single(await bench.NextAsync("ann")).Token);
        await using (AlignmentDb db = bench.Db())
        {
            Assert.Equal((2, 0), (await db.Judgments.CountAsync(Bench.Token), (await db.Items.SingleAsync(Bench.Token)).PlacesTaken));
        }

        await bench.SubmitAsync("ann", item, "6");
        await using AlignmentDb after = bench.Db();
        Judgment current = Assert.Single(CurrentJudgments.Of(await after.Judgments.ToArrayAsync(Bench.Token)));
        Assert.Equal(("6", 1), (current.Verdict, (await after.Items.SingleAsync(Bench.Token)).PlacesTaken));
    }

    [Fact]
    public async Task Submit_WrongWords_AreRefusedByName()
    {
        await using Bench bench = await LabelingBench.WithPairsAsync(1);
        LeasedItem item = Assert.Single(await bench.NextAsync("ann"));

        Assert.Contains("'up'", (await Assert.ThrowsAsync<UserError>(() => bench.SubmitAsync("ann", item, Verdicts.Up))).Message);
        Assert.Contains("comment", (await Assert.ThrowsAsync<UserError>(() => bench.SubmitAsync("ann", item, Verdicts.Flag))).Message);
        Assert.Contains("not given to you", (await Assert.ThrowsAsync<UserError>(() => bench.SubmitAsync("bob", item, "1"))).Message);
    }

    [Fact]
    public async Task Heartbeat_KeepsALeaseAndBringsOneBackOnlyWhereAPlaceIsFree()
    {
        var clock = new ManualClock();
        await using Bench bench = await LabelingBench.WithPairsAsync(1, clock);
        LeasedItem item = Assert.Single(await bench.NextAsync("ann"));
        clock.Move(Assignment.Lease - TimeSpan.FromSeconds(1));
        Assert.Single(await bench.SendAsync(new RenewLeases("ann", [item.Token])));
        clock.Move(Assignment.Lease - TimeSpan.FromSeconds(1));
        Assert.Empty(await bench.NextAsync("bob"));
        clock.Move(TimeSpan.FromSeconds(2));
        Assert.Single(await bench.NextAsync("bob"));

        Assert.Empty(await bench.SendAsync(new RenewLeases("ann", [item.Token])));
    }

    [Fact]
    public async Task SixteenPeopleAtOnce_OverlapTwo_NoPlaceTooManyAndNobodyTwice()
    {
        const int items = 30, people = 16, overlap = 2;
        await using Bench bench = await LabelingBench.WithPairsAsync(items, overlap: overlap);
        await Task.WhenAll(Enumerable.Range(0, people).Select(person => Task.Run(async () =>
        {
            string name = FormattableString.Invariant($"person-{person}");
            while (await bench.NextAsync(name) is { Count: > 0 } leased)
            {
                foreach (LeasedItem item in leased)
                {
                    await bench.SubmitAsync(name, item, "1");
                }
            }
        })));

        await using AlignmentDb db = bench.Db();
        Judgment[] counting = await db.Judgments.Where(judgment => !judgment.Surplus).ToArrayAsync(Bench.Token);
        Assert.All(counting.GroupBy(judgment => judgment.ItemId), item => Assert.Equal(overlap, item.Count()));
        Assert.Equal(items * overlap, counting.Length);
        Assert.All((await db.Judgments.ToArrayAsync(Bench.Token)).GroupBy(judgment => (judgment.ItemId, judgment.LabelerId)), one => Assert.Single(one));
        Assert.All(await db.Items.ToArrayAsync(Bench.Token), item => Assert.Equal(overlap, item.PlacesTaken));
    }
}

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
        await using Bench bench = await WithPairsAsync(3);
        IReadOnlyList<LeasedItem> first = await NextAsync(bench, "ann");
        IReadOnlyList<LeasedItem> again = await NextAsync(bench, "ann");

        Assert.Equal(2, first.Count);
        Assert.Equal(first.Select(item => (item.Token, item.ItemId, item.Order)), again.Select(item => (item.Token, item.ItemId, item.Order)));
    }

    [Fact]
    public async Task Next_OtherPerson_GetsWhatHasAFreePlace()
    {
        await using Bench bench = await WithPairsAsync(3);
        IReadOnlyList<LeasedItem> ann = await NextAsync(bench, "ann");
        IReadOnlyList<LeasedItem> bob = await NextAsync(bench, "bob");

        Assert.Single(bob);
        Assert.DoesNotContain(bob[0].ItemId, ann.Select(item => item.ItemId));
    }

    [Fact]
    public async Task Next_Order_ShowsTheStoredAnswersOnTheSidesItNames()
    {
        await using Bench bench = await WithPairsAsync(40);
        List<ShownOrder> orders = [];
        foreach (LeasedItem item in await NextAsync(bench, "ann", 10))
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
        Assert.Empty(await NextAsync(bench, "ann"));

        await using var other = new Bench();
        await other.ImportAsync(message => message with { Relabel = true }, row);
        Assert.Single(await NextAsync(other, "ann"));
    }

    [Fact]
    public async Task Submit_SameKeyTwiceAtOnce_IsStoredOnce()
    {
        await using Bench bench = await WithPairsAsync(1);
        LeasedItem item = Assert.Single(await NextAsync(bench, "ann"));
        Submitted[] answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => SubmitAsync(bench, "ann", item, "1", "press-1"))));

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
        await using Bench bench = await WithPairsAsync(1, clock);
        LeasedItem item = Assert.Single(await NextAsync(bench, "ann"));
        Assert.Empty(await NextAsync(bench, "bob"));
        clock.Move(Assignment.Lease + TimeSpan.FromSeconds(1));

        Assert.Single(await NextAsync(bench, "bob"));
        Assert.False((await SubmitAsync(bench, "ann", item, "1")).Surplus);
        Assert.Empty(await NextAsync(bench, "bob"));
    }

    [Fact]
    public async Task Submit_WhenEveryPlaceIsTaken_IsKeptAndCountsNowhere()
    {
        var clock = new ManualClock();
        await using Bench bench = await WithPairsAsync(1, clock);
        LeasedItem late = Assert.Single(await NextAsync(bench, "ann"));
        clock.Move(Assignment.Lease + TimeSpan.FromSeconds(1));
        LeasedItem other = Assert.Single(await NextAsync(bench, "bob"));
        await SubmitAsync(bench, "bob", other, "1");

        Assert.True((await SubmitAsync(bench, "ann", late, "7")).Surplus);
        await using AlignmentDb db = bench.Db();
        Assert.Equal((2, 1), (await db.Judgments.CountAsync(Bench.Token), (await db.Items.SingleAsync(Bench.Token)).PlacesTaken));
        FreezeResult frozen = await bench.SendAsync(new FreezeDataset { Project = "p", Kind = SnapshotKind.Preference, TestShare = 0 });
        Assert.Equal(1, frozen.TrainRows);
    }

    [Fact]
    public async Task Submit_SkipAndFlag_TakeNoPlaceAndDoNotComeAgain()
    {
        await using Bench bench = await WithPairsAsync(2);
        IReadOnlyList<LeasedItem> items = await NextAsync(bench, "ann");
        await SubmitAsync(bench, "ann", items[0], Verdicts.Skip);
        await SubmitAsync(bench, "ann", items[1], Verdicts.Flag, comment: "it is cut off");

        Assert.Empty(await NextAsync(bench, "ann"));
        Assert.Equal(2, (await NextAsync(bench, "bob")).Count);
    }

    [Fact]
    public async Task Submit_AgainOnTheSameItem_RevisesAndKeepsThePlace()
    {
        await using Bench bench = await WithPairsAsync(1);
        LeasedItem item = Assert.Single(await NextAsync(bench, "ann"));
        Submitted first = await SubmitAsync(bench, "ann", item, "1");
        Submitted second = await SubmitAsync(bench, "ann", item, "7");

        await using AlignmentDb db = bench.Db();
        Judgment[] all = await db.Judgments.ToArrayAsync(Bench.Token);
        Assert.Equal(first.JudgmentId, all[1].RevisesId);
        Assert.Equal([second.JudgmentId], CurrentJudgments.Of(all).Select(judgment => judgment.Id));
        Assert.Equal(1, (await db.Items.SingleAsync(Bench.Token)).PlacesTaken);
    }

    [Fact]
    public async Task Undo_OpensTheItemAndFreesThePlace()
    {
        await using Bench bench = await WithPairsAsync(1);
        LeasedItem item = Assert.Single(await NextAsync(bench, "ann"));
        await SubmitAsync(bench, "ann", item, "1");
        await bench.SendAsync(new UndoJudgment("ann", item.Token, "undo-1"));
        await bench.SendAsync(new UndoJudgment("ann", item.Token, "undo-1"));

        Assert.Equal(item.Token, Assert.Single(await NextAsync(bench, "ann")).Token);
        await using (AlignmentDb db = bench.Db())
        {
            Assert.Equal((2, 0), (await db.Judgments.CountAsync(Bench.Token), (await db.Items.SingleAsync(Bench.Token)).PlacesTaken));
        }

        await SubmitAsync(bench, "ann", item, "6");
        await using AlignmentDb after = bench.Db();
        Judgment current = Assert.Single(CurrentJudgments.Of(await after.Judgments.ToArrayAsync(Bench.Token)));
        Assert.Equal(("6", 1), (current.Verdict, (await after.Items.SingleAsync(Bench.Token)).PlacesTaken));
    }

    [Fact]
    public async Task Submit_WrongWords_AreRefusedByName()
    {
        await using Bench bench = await WithPairsAsync(1);
        LeasedItem item = Assert.Single(await NextAsync(bench, "ann"));

        Assert.Contains("'up'", (await Assert.ThrowsAsync<UserError>(() => SubmitAsync(bench, "ann", item, Verdicts.Up))).Message);
        Assert.Contains("comment", (await Assert.ThrowsAsync<UserError>(() => SubmitAsync(bench, "ann", item, Verdicts.Flag))).Message);
        Assert.Contains("not given to you", (await Assert.ThrowsAsync<UserError>(() => SubmitAsync(bench, "bob", item, "1"))).Message);
    }

    [Fact]
    public async Task Heartbeat_KeepsALeaseAndBringsOneBackOnlyWhereAPlaceIsFree()
    {
        var clock = new ManualClock();
        await using Bench bench = await WithPairsAsync(1, clock);
        LeasedItem item = Assert.Single(await NextAsync(bench, "ann"));
        clock.Move(Assignment.Lease - TimeSpan.FromSeconds(1));
        Assert.Single(await bench.SendAsync(new RenewLeases("ann", [item.Token])));
        clock.Move(Assignment.Lease - TimeSpan.FromSeconds(1));
        Assert.Empty(await NextAsync(bench, "bob"));
        clock.Move(TimeSpan.FromSeconds(2));
        Assert.Single(await NextAsync(bench, "bob"));

        Assert.Empty(await bench.SendAsync(new RenewLeases("ann", [item.Token])));
    }

    [Fact]
    public async Task SixteenPeopleAtOnce_OverlapTwo_NoPlaceTooManyAndNobodyTwice()
    {
        const int items = 30, people = 16, overlap = 2;
        await using Bench bench = await WithPairsAsync(items, overlap: overlap);
        await Task.WhenAll(Enumerable.Range(0, people).Select(person => Task.Run(async () =>
        {
            string name = FormattableString.Invariant($"person-{person}");
            while (await NextAsync(bench, name) is { Count: > 0 } leased)
            {
                foreach (LeasedItem item in leased)
                {
                    await SubmitAsync(bench, name, item, "1");
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

    private static async Task<Bench> WithPairsAsync(int count, TimeProvider? clock = null, int overlap = 1)
    {
        var bench = new Bench(clock: clock);
        await bench.ImportAsync([.. Enumerable.Range(0, count).Select(row => FormattableString.Invariant($$"""{"prompt": "question {{row}}", "answers": ["one {{row}}", "two {{row}}"]}"""))]);
        await using AlignmentDb db = bench.Db();
        await db.Projects.ExecuteUpdateAsync(change => change.SetProperty(project => project.Overlap, overlap), Bench.Token);
        return bench;
    }

    private static Task<IReadOnlyList<LeasedItem>> NextAsync(Bench bench, string person, int count = 2) => bench.SendAsync(new LeaseNext("p", person, count));

    private static Task<Submitted> SubmitAsync(Bench bench, string person, LeasedItem item, string verdict, string? key = null, string? comment = null) =>
        bench.SendAsync(new SubmitJudgment(person, item.Token, key ?? Guid.NewGuid().ToString("N"), verdict) { Comment = comment });
}

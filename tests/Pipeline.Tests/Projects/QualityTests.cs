using Alignment.Pipeline.Items;
using Alignment.Pipeline.Labeling;
using Alignment.Pipeline.Labeling.Next;
using Alignment.Pipeline.Labeling.Undo;
using Alignment.Pipeline.Projects.Quality;
using Alignment.Shared.Preferences;
using Alignment.Shared.Statistics;

namespace Alignment.Pipeline.Tests.Projects;

public class QualityTests
{
    // Twenty items, two people: they differ on items 3, 7 and 11, and say "both bad" of item 15.
    private static readonly string[] Ann = [.. Enumerable.Range(0, 20).Select(i => i == 15 ? Verdicts.BothBad : i % 3 == 0 ? "1" : i % 3 == 1 ? "6" : Verdicts.Tie)];
    private static readonly string[] Bob = [.. Ann.Select((verdict, i) => i is 3 or 7 or 11 ? "5" : verdict == "1" ? "3" : verdict)];

    [Fact]
    public async Task Agreement_OfTwoPeople_IsWhatTheStatisticsSay()
    {
        await using Bench bench = await BothAsync();
        ProjectQuality quality = await bench.SendAsync(new ShowQuality("p"));

        double[] ann = [.. Ann.Select(Category)], bob = [.. Bob.Select(Category)];
        double[][] table = [.. ann.Zip(bob, (one, other) => new[] { one, other })];
        KindAgreement pairs = Assert.Single(quality.Agreement);
        Assert.Equal(("pair", 20, 2), (pairs.Kind, pairs.Rated, pairs.People));
        Assert.Equal((CohenKappa.PercentAgreement(ann, bob), 20), (pairs.Same.Value!.Value, pairs.Same.Count));
        Assert.Equal(ChanceCorrectedAgreement.Gwet(table, categories: [0, 1, 2, 3]).Value, pairs.Ac1.Value);
        PairKappa kappa = Assert.Single(pairs.Kappas);
        Assert.Equal((CohenKappa.Kappa(ann, bob), 20), (kappa.Kappa.Value!.Value, kappa.Kappa.Count));
    }

    [Fact]
    public async Task Agreement_Intervals_AreBootstrapsOfTheSameFigures()
    {
        await using Bench bench = await BothAsync();
        KindAgreement pairs = Assert.Single((await bench.SendAsync(new ShowQuality("p"))).Agreement);

        // The same resamples by the slow way: the rows themselves into the statistics.
        double[] ann = [.. Ann.Select(Category)], bob = [.. Bob.Select(Category)];
        int[][] rows = [.. Bootstrap.Indices(20, Estimates.Replicates, Estimates.Seed)];
        Assert.Equal(
            Bootstrap.Percentile(Bootstrap.Replicates(rows, drawn => ChanceCorrectedAgreement.Gwet([.. drawn.Select(row => new[] { ann[row], bob[row] })], categories: [0, 1, 2, 3]).Value)),
            pairs.Ac1.Interval!.Value,
            Close);
        Assert.Equal(
            Bootstrap.Percentile(Bootstrap.Replicates(rows, drawn => CohenKappa.Kappa([.. drawn.Select(row => ann[row])], [.. drawn.Select(row => bob[row])]))),
            pairs.Kappas[0].Kappa.Interval!.Value,
            Close);
        Assert.Equal(Bootstrap.PercentileOfMean([.. ann.Zip(bob, (one, other) => one == other ? 1.0 : 0)], Estimates.Seed, Estimates.Replicates), pairs.Same.Interval!.Value, Close);
    }

    [Fact]
    public void Resamples_ItemsOfOneTwoAndThreeRatings_GiveGwetsValue()
    {
        double[][] items = [[0], [0, 1], [1, 1, 1], [0, 0], [0, 1, 1], [1]];
        var resamples = Resamples.Of(items);
        double[] drawn = resamples.Replicates(counts => resamples.Ac1(counts, [0, 1]));

        double[][] table = [.. items.Select(item => (double[])[.. item, .. Enumerable.Repeat(double.NaN, 3 - item.Length)])];
        double[] slow = Bootstrap.Replicates(Bootstrap.Indices(items.Length, Estimates.Replicates, Estimates.Seed), rows => ChanceCorrectedAgreement.Gwet([.. rows.Select(row => table[row])], categories: [0, 1]).Value);
        Assert.All(slow.Zip(drawn), both => Assert.Equal(both.First, both.Second, 10));
    }

    [Fact]
    public async Task Left_CountsSidesOfTheScreen_WithWilsonsInterval()
    {
        await using Bench bench = await Judged.WithAsync(pairs: 12, singles: 2, overlap: 1, new Alignment.Pipeline.Tests.Labeling.ManualClock());
        int seen = 0;
        await Judged.JudgeAllAsync(bench, "ann", item => item.Second is null ? Verdicts.Up : ++seen <= 9 ? Judged.Side(item, left: true) : seen == 10 ? Judged.Side(item, left: false) : Verdicts.Tie, 4000);

        ProjectQuality quality = await bench.SendAsync(new ShowQuality("p"));

        PersonQuality ann = Assert.Single(quality.People);
        Assert.Equal((0.9, 10, Intervals.Wilson(9, 10)), (ann.LeftShare.Value!.Value, ann.LeftShare.Count, ann.LeftShare.Interval!.Value));
        Assert.Equal(ann.LeftShare, quality.LeftShare);
        Assert.Equal((14, 4.0), (ann.Opinions, ann.MedianSeconds!.Value));
        Assert.Contains("nobody else", ann.Agreement.Why);
    }

    [Fact]
    public async Task People_RevisionsUndoneSkippedFlaggedAndSurplus_AreToldApart()
    {
        var clock = new Alignment.Pipeline.Tests.Labeling.ManualClock();
        await using Bench bench = await Judged.WithAsync(pairs: 5, singles: 0, overlap: 1, clock);
        IReadOnlyList<LeasedItem> items = await bench.SendAsync(new LeaseNext("p", "ann", 5));
        await Judged.SubmitAsync(bench, "ann", items[0], "1", 1000);
        await Judged.SubmitAsync(bench, "ann", items[0], "7", 3000);
        await Judged.SubmitAsync(bench, "ann", items[1], Verdicts.Skip);
        await Judged.SubmitAsync(bench, "ann", items[2], Verdicts.Flag, comment: "cut off");
        await Judged.SubmitAsync(bench, "ann", items[3], "1");
        await bench.SendAsync(new UndoJudgment("ann", items[3].Token, "undo"));
        clock.Move(Assignment.Lease * 2);
        foreach (LeasedItem item in await bench.SendAsync(new LeaseNext("p", "bob", 5)))
        {
            await Judged.SubmitAsync(bench, "bob", item, "1");
        }

        await Judged.SubmitAsync(bench, "ann", items[4], "1");

        ProjectQuality quality = await bench.SendAsync(new ShowQuality("p"));
        PersonQuality ann = quality.People.Single(person => person.Name == "ann");
        Assert.Equal((1, 1, 1, 1), (ann.Opinions, ann.Skips, ann.Flags, ann.Surplus));
        Assert.Equal(3.0, ann.MedianSeconds);
        Assert.Contains("two people", Assert.Single(quality.Agreement).Same.Why);
    }

    [Fact]
    public async Task Kappa_WhereBothAlwaysSayTheSame_IsUndefinedAndSaysWhy()
    {
        await using Bench bench = await Judged.WithAsync(pairs: 0, singles: 4, overlap: 2);
        await Judged.JudgeAllAsync(bench, "ann", _ => Verdicts.Up);
        await Judged.JudgeAllAsync(bench, "bob", _ => Verdicts.Up);

        KindAgreement singles = Assert.Single((await bench.SendAsync(new ShowQuality("p"))).Agreement);

        Estimate kappa = Assert.Single(singles.Kappas).Kappa;
        Assert.Equal((null, null, 4), (kappa.Value, kappa.Interval, kappa.Count));
        Assert.Contains("chance", kappa.Why);
        Assert.Equal((1, 1), (singles.Same.Value, singles.Ac1.Value));
    }

    [Fact]
    public async Task Quality_OfAProjectWithoutJudgments_IsUndefinedNotZero()
    {
        await using Bench bench = await Judged.WithAsync(pairs: 1, singles: 0, overlap: 1);
        ProjectQuality quality = await bench.SendAsync(new ShowQuality("p"));

        Assert.Equal((null, 0), (quality.LeftShare.Value, quality.LeftShare.Count));
        Assert.NotNull(quality.LeftShare.Why);
        Assert.Empty(quality.Agreement);
        Assert.Empty(quality.People);
    }

    [Fact]
    public async Task ImportedLabelsOfPeople_CountInAgreement_OthersDoNot()
    {
        await using var bench = new Bench();
        await bench.ImportAsync("""{"prompt": "q", "chosen": "a", "rejected": "b"}""");
        Assert.Empty((await bench.SendAsync(new ShowQuality("p"))).People);

        await bench.ImportAsync(message => message with { Human = true }, """{"prompt": "q", "chosen": "a", "rejected": "b"}""");
        PersonQuality people = Assert.Single((await bench.SendAsync(new ShowQuality("p"))).People);
        Assert.Equal(("people (imported)", 1), (people.Name, people.Opinions));
        Assert.Null(people.LeftShare.Value);
    }

    private static async Task<Bench> BothAsync()
    {
        Bench bench = await Judged.WithAsync(pairs: 20, singles: 0, overlap: 2);
        long[] ids = await Judged.IdsAsync(bench, ItemKind.Pair);
        await Judged.JudgeAllAsync(bench, "ann", item => Ann[Array.IndexOf(ids, item.ItemId)]);
        await Judged.JudgeAllAsync(bench, "bob", item => Bob[Array.IndexOf(ids, item.ItemId)]);
        return bench;
    }

    private static double Category(string verdict) => verdict == Verdicts.BothBad ? 3 : Math.Sign(Verdicts.Grade(verdict)!.Value - 4) + 1;

    private static bool Close(Interval one, Interval other) => Math.Abs(one.Low - other.Low) < 1e-9 && Math.Abs(one.High - other.High) < 1e-9;
}

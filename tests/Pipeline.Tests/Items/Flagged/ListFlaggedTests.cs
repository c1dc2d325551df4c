using Alignment.Pipeline.Items.Flagged;
using Alignment.Pipeline.Labeling.Next;
using Alignment.Pipeline.Tests.Projects;
using Alignment.Shared.Preferences;

namespace Alignment.Pipeline.Tests.Items.Flagged;

public class ListFlaggedTests
{
    [Fact]
    public async Task ListFlagged_ShowsCurrentFlags_NewestFirst()
    {
        await using Bench bench = await Judged.WithAsync(pairs: 3, singles: 0, overlap: 2);
        IReadOnlyList<LeasedItem> items = await bench.SendAsync(new LeaseNext("p", "ann", 3));
        await Judged.SubmitAsync(bench, "ann", items[0], Verdicts.Flag, comment: "cut off");
        await Judged.SubmitAsync(bench, "ann", items[1], Verdicts.Flag, comment: "taken back");
        await Judged.SubmitAsync(bench, "ann", items[1], "1");
        await Judged.SubmitAsync(bench, "ann", items[2], Verdicts.Flag, comment: "wrong language");

        FlaggedItems flagged = await bench.SendAsync(new ListFlagged("p"));

        Assert.Equal(2, flagged.Total);
        Assert.Equal([(items[2].ItemId, "wrong language"), (items[0].ItemId, "cut off")], flagged.Flags.Select(flag => (flag.ItemId, flag.Comment)));
        Assert.All(flagged.Flags, flag => Assert.Equal("ann", flag.By));
    }
}

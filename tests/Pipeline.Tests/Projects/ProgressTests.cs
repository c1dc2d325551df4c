using Alignment.Pipeline.Labeling.Next;
using Alignment.Pipeline.Projects.Progress;
using Alignment.Shared.Preferences;

namespace Alignment.Pipeline.Tests.Projects;

public class ProgressTests
{
    [Fact]
    public async Task Progress_CountsPlaces_NotSkipsNorWhatFilesLabeled()
    {
        await using Bench bench = await Judged.WithAsync(pairs: 3, singles: 1, overlap: 2);
        await bench.ImportAsync("""{"prompt": "labeled", "chosen": "a", "rejected": "b"}""", """{"text": "no question"}""");
        IReadOnlyList<LeasedItem> ann = await bench.SendAsync(new LeaseNext("p", "ann", 4));
        await Judged.SubmitAsync(bench, "ann", ann[0], ann[0].Second is null ? Verdicts.Up : "1");
        await Judged.SubmitAsync(bench, "ann", ann[1], Verdicts.Skip);
        LeasedItem same = Assert.Single(await bench.SendAsync(new LeaseNext("p", "bob", 4)), item => item.ItemId == ann[0].ItemId);
        await Judged.SubmitAsync(bench, "bob", same, same.Second is null ? Verdicts.Up : "1");

        ProjectProgress progress = await bench.SendAsync(new ShowProgress("p"));

        Assert.Equal((2, 4, 1), (progress.Overlap, progress.Items, progress.LabeledByFiles));
        Assert.Equal((8, 2, 1), (progress.Needed(2), progress.Filled(2), progress.Done(2)));
        Assert.Equal((4, 1, 1, 1), (progress.Needed(1), progress.Filled(1), progress.Done(1), progress.Beyond(1)));
        Assert.Equal((0, 2), (progress.Done(3), progress.Filled(3)));
    }
}

using Alignment.Pipeline.Datasets.Freeze;
using Alignment.Pipeline.Datasets.Preview;
using Alignment.Shared;
using Alignment.Shared.Preferences;
using Alignment.Shared.Snapshots;

namespace Alignment.Pipeline.Tests.Datasets.Preview;

public class PreviewDatasetTests
{
    [Fact]
    public async Task Preview_GivesTheFirstRows_OfAWholeDatasetOnly()
    {
        await using var bench = new Bench();
        await bench.ImportAsync([.. Enumerable.Range(0, 8).Select(i => $$"""{"text": "row {{i}}"}""")]);
        FreezeResult frozen = await bench.SendAsync(new FreezeDataset { Project = "p", Kind = SnapshotKind.Text, TestShare = 0, Id = "texts" });

        DatasetPreview preview = await bench.SendAsync(new PreviewDataset("texts", 3));
        Assert.Equal(3, preview.Train.OfType<TextRow>().Count());
        Assert.Empty(preview.Test);

        await File.AppendAllTextAsync(Path.Combine(frozen.Folder!, "train.jsonl"), "x", Bench.Token);
        UserError error = await Assert.ThrowsAsync<UserError>(() => bench.SendAsync(new PreviewDataset("texts", 3)));
        Assert.Contains("was changed", error.Message);
    }

    [Theory]
    [InlineData("../p")]
    [InlineData("..")]
    [InlineData("")]
    [InlineData("..\\p")]
    [InlineData("/etc")]
    public async Task Preview_OfAPath_IsRefused(string id)
    {
        await using var bench = new Bench();

        UserError error = await Assert.ThrowsAsync<UserError>(() => bench.SendAsync(new PreviewDataset(id)));

        Assert.Contains("by its id", error.Message);
    }
}

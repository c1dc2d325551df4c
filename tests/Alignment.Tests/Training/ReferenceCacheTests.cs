using Alignment.Data;
using Alignment.Training;

namespace Alignment.Tests.Training;

public sealed class ReferenceCacheTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("cache").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Get_Twice_AsksTheModelOnce()
    {
        using var loop = new TinyLoop(new BatchPlan(4, 2));
        (ReferenceLogps first, int asked) = Get(loop);
        Assert.Equal(1, asked);
        (ReferenceLogps second, int again) = Get(loop);
        Assert.Equal(0, again);
        Assert.Equal(first.Chosen, second.Chosen);
        Assert.Equal(ReferenceCache.Hash(first), ReferenceCache.Hash(second));
    }

    [Fact]
    public void Get_PartOfTheRowsKnown_ComputesTheRest()
    {
        using var loop = new TinyLoop(new BatchPlan(4, 2));
        (ReferenceLogps whole, _) = Get(loop);
        string file = Directory.GetFiles(_folder).Single();
        var part = new ReferenceLogps([.. whole.Chosen.Select((v, i) => i < 6 ? v : double.NaN)], [.. whole.Rejected]);
        ReferenceCache.WriteFile(file, part);
        (ReferenceLogps completed, int asked) = Get(loop);
        Assert.Equal(1, asked);
        Assert.Equal(ReferenceCache.Hash(whole), ReferenceCache.Hash(completed));
    }

    [Fact]
    public void Get_FewerRowsThanTheFileKnows_GivesTheHashOfThoseRows()
    {
        using var loop = new TinyLoop(new BatchPlan(4, 2));
        int[][] few = [[0, 1], [4, 5]];
        ReferenceLogps alone = new ReferenceCache(Path.Combine(_folder, "alone")).Get("k", loop.Rows, few, () => Policy.Frozen(loop.Model), cancellationToken: TestContext.Current.CancellationToken);
        Get(loop);
        var among = new ReferenceCache(_folder).Get("k", loop.Rows, few, () => throw new InvalidOperationException("all rows are known"), cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(4, among.Chosen.Count(double.IsFinite));
        Assert.Equal(alone.Chosen[4], among.Chosen[4], 1e-4);
    }

    [Fact]
    public void Get_MicroBatchPartlyKnown_KeepsWhatIsKnown()
    {
        using var loop = new TinyLoop(new BatchPlan(4, 2));
        (ReferenceLogps whole, _) = Get(loop);
        string file = Directory.GetFiles(_folder).Single();
        double[] chosen = [.. whole.Chosen];
        (chosen[0], chosen[1]) = (-123, double.NaN);
        ReferenceCache.WriteFile(file, new ReferenceLogps(chosen, [.. whole.Rejected]));
        (ReferenceLogps completed, _) = Get(loop);
        Assert.Equal((-123, whole.Chosen[1]), (completed.Chosen[0], completed.Chosen[1]));
    }

    [Fact]
    public void Get_DamagedFile_ComputesAnew()
    {
        using var loop = new TinyLoop(new BatchPlan(4, 2));
        (ReferenceLogps whole, _) = Get(loop);
        string file = Directory.GetFiles(_folder).Single();
        byte[] bytes = File.ReadAllBytes(file);
        bytes[30] ^= 1;
        File.WriteAllBytes(file, bytes);
        (ReferenceLogps again, int asked) = Get(loop);
        Assert.Equal(1, asked);
        Assert.Equal(whole.Rejected, again.Rejected);
    }

    [Fact]
    public void Key_OfOtherParts_IsAnother() => Assert.NotEqual(ReferenceCache.Key("model", "data"), ReferenceCache.Key("model", "other data"));

    private (ReferenceLogps Values, int Asked) Get(TinyLoop loop)
    {
        int asked = 0;
        using Policy policy = Policy.Frozen(loop.Model);
        ReferenceLogps values = new ReferenceCache(_folder).Get("k", loop.Rows, BatchPlanner.Pass(loop.Rows, 4, byLength: false), () =>
        {
            asked++;
            return policy;
        });
        return (values, asked);
    }
}

using Alignment.Shared;
using Alignment.Shared.Runs;
using Alignment.Training;

using static TorchSharp.torch;

namespace Alignment.Tests.Training;

public sealed class CheckpointStoreTests : IDisposable
{
    private readonly RunFolder _folder = new(Directory.CreateTempSubdirectory("checkpoints").FullName);

    public void Dispose() => Directory.Delete(_folder.Root, recursive: true);

    [Fact]
    public void Save_ThreeTimes_KeepsTheNewestTwo()
    {
        CheckpointStore store = Saved(1, 2, 3);
        Assert.Equal([2, 3], _folder.CheckpointSteps());
        Checkpoint newest = store.Newest()!;
        Assert.Equal(3, newest.State.Step);
        using Tensor read = zeros(4, device: CPU);
        newest.ReadInto([("x", read)]);
        Assert.Equal([3f, 3f, 3f, 3f], read.data<float>().ToArray());
    }

    [Fact]
    public void Newest_WithLeftoversOfAKilledWriter_PassesThemOver()
    {
        CheckpointStore store = Saved(1);
        Directory.CreateDirectory(Path.Combine(_folder.Checkpoints, "writing-step-2"));
        Assert.Equal(1, store.Newest()!.State.Step);
        Assert.Single(Directory.GetDirectories(_folder.Checkpoints));
    }

    [Theory]
    [InlineData("tensors.safetensors")]
    [InlineData("state.json")]
    public void Newest_DamagedFile_NamesItAndTheWayOut(string file)
    {
        CheckpointStore store = Saved(1, 2);
        string path = Path.Combine(_folder.Checkpoint(2), file);
        byte[] bytes = File.ReadAllBytes(path);
        bytes[^3] ^= 1;
        File.WriteAllBytes(path, bytes);
        UserError error = Assert.Throws<UserError>(() => store.Newest());
        Assert.Contains(_folder.Checkpoint(2), error.Message, StringComparison.Ordinal);
        Assert.Contains(file, error.Message, StringComparison.Ordinal);
        Assert.Contains("go on from step 1", error.Message, StringComparison.Ordinal);
        Directory.Delete(_folder.Checkpoint(2), recursive: true);
        Assert.Equal(1, store.Newest()!.State.Step);
    }

    [Fact]
    public void Save_FolderCanNotBeWritten_IsAClearErrorWithNothingLeft()
    {
        File.WriteAllText(_folder.Checkpoints, "");
        Assert.Throws<UserError>(() => Saved(1));
        File.Delete(_folder.Checkpoints);
        Assert.Empty(_folder.CheckpointSteps());
    }

    [Fact]
    public void ReadInto_OtherShape_IsRefusedByName()
    {
        Checkpoint checkpoint = Saved(1).Newest()!;
        using Tensor other = zeros(5, device: CPU);
        Assert.Contains("'x'", Assert.Throws<UserError>(() => checkpoint.ReadInto([("x", other)])).Message, StringComparison.Ordinal);
    }

    private CheckpointStore Saved(params int[] steps)
    {
        var store = new CheckpointStore(_folder, keep: 2);
        foreach (int step in steps)
        {
            using Tensor value = full(4, (float)step, device: CPU);
            store.Save(new TrainState { Step = step }, [("x", value)]);
        }

        return store;
    }
}

using Alignment.Checkpoints;
using Alignment.Shared;

using static TorchSharp.torch;

namespace Alignment.Tests.Checkpoints;

public sealed class CheckpointCheckTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("check-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Compare_DifferentCheckpoint_NamesEachDifference()
    {
        using var scope = NewDisposeScope();
        string path = Path.Combine(_folder.FullName, "a.safetensors");
        SafetensorsWriter.Write(path, [("same", ones(2, 3, device: CPU)), ("turned", ones(3, 2, device: CPU)), ("extra", ones(1, device: CPU)), ("old.inv_freq", ones(1, device: CPU))]);
        using SafetensorsFile file = SafetensorsFile.Open(path);
        var check = CheckpointCheck.Compare(
            file, [("same", [2, 3]), ("turned", [2, 3]), ("absent", [1])], name => name.EndsWith(".inv_freq", StringComparison.Ordinal));

        Assert.Equal(["absent"], check.Missing);
        Assert.Equal(["extra"], check.Unexpected);
        Assert.Equal("turned", Assert.Single(check.Misshaped).Name);
        Assert.Contains("extra", check.Warning("model")!, StringComparison.Ordinal);
        Assert.Contains("absent", Assert.Throws<UserError>(() => check.ThrowIfUnusable("model")).Message, StringComparison.Ordinal);
        string misshaped = Assert.Throws<UserError>(() => (check with { Missing = [] }).ThrowIfUnusable("model")).Message;
        Assert.Contains("turned is [3, 2] instead of [2, 3]", misshaped, StringComparison.Ordinal);
    }
}

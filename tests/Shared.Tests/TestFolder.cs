namespace Alignment.Shared.Tests;

/// <summary>A folder of its own for one test, removed at the end.</summary>
internal sealed class TestFolder : IDisposable
{
    public TestFolder() => Directory.CreateDirectory(Root);

    public string Root { get; } = Path.Combine(Path.GetTempPath(), "alignment-tests", Guid.NewGuid().ToString("N"));

    public string At(params string[] parts) => Path.Combine([Root, .. parts]);

    public void Dispose() => Directory.Delete(Root, recursive: true);
}

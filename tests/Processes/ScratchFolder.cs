namespace Alignment.Processes;

/// <summary>A folder for one test; it goes when the test is over.</summary>
internal sealed class ScratchFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("alignment-");

    /// <summary>A path inside it.</summary>
    public string this[params string[] parts] => Path.Combine([_folder.FullName, .. parts]);

    /// <inheritdoc/>
    public void Dispose() => _folder.Delete(recursive: true);
}

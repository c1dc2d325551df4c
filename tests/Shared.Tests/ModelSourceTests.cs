namespace Alignment.Shared.Tests;

public sealed class ModelSourceTests : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory();
    private readonly DataFolder _data;

    public ModelSourceTests() => _data = new DataFolder(Path.Combine(_root.FullName, "data"));

    public void Dispose() => _root.Delete(recursive: true);

    [Fact]
    public void Resolve_NameRunFolderAndFile_AreFound()
    {
        string named = File("data/models/demo/config.json");
        string run = File("data/runs/dpo-1/model/config.json");
        string folder = File("work/tiny/config.json");
        string gguf = File("work/tiny.gguf");
        string work = Path.Combine(_root.FullName, "work");

        Assert.Equal(Path.GetDirectoryName(named), ModelSource.Resolve("demo", work, _data));
        Assert.Equal(Path.GetDirectoryName(run), ModelSource.Resolve("dpo-1", work, _data));
        Assert.Equal(Path.GetDirectoryName(folder), ModelSource.Resolve("./tiny", work, _data));
        Assert.Equal(gguf, ModelSource.Resolve("tiny.gguf", work, _data));
    }

    [Fact]
    public void Resolve_FolderWithOneGguf_IsThatFile()
    {
        string gguf = File("data/models/small/small.gguf");

        Assert.Equal(gguf, ModelSource.Resolve("small", ".", _data));
    }

    [Fact]
    public void Resolve_NothingThere_SaysWhereWasLooked()
    {
        string message = Assert.Throws<UserError>(() => ModelSource.Resolve("nowhere", ".", _data)).Message;

        Assert.Contains(Path.Combine(_data.Models, "nowhere"), message, StringComparison.Ordinal);
        Assert.Contains(Path.Combine(_data.Runs, "nowhere"), message, StringComparison.Ordinal);
    }

    private string File(string name)
    {
        string path = Path.Combine(_root.FullName, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        System.IO.File.WriteAllText(path, "{}");
        return path;
    }
}

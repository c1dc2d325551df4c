using System.Text.Json;
using Alignment.Shared;

namespace Alignment.Labeling.Web.Start;

/// <summary>
/// One web process per data folder. The lock is the system's, so it goes with the process however that ends; a file beside it
/// says who holds it.
/// </summary>
internal sealed class FolderLock : IDisposable
{
    private readonly FileStream _lock;
    private readonly DataFolder _folder;

    private FolderLock(FileStream @lock, DataFolder folder) => (_lock, _folder) = (@lock, folder);

    /// <summary>Takes the lock; null when another process has it.</summary>
    /// <exception cref="UserError">The folder can not be written.</exception>
    public static FolderLock? TryTake(DataFolder folder)
    {
        try
        {
            Directory.CreateDirectory(folder.Root);
            return new(new FileStream(Path.Combine(folder.Root, "web.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None), folder);
        }
        catch (IOException e) when (e is not (DirectoryNotFoundException or PathTooLongException) && File.Exists(Path.Combine(folder.Root, "web.lock")))
        {
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserError($"data folder {folder.Root}: cannot be written ({e.Message}); name another with --data-dir or {DataFolder.Variable}", ExitCodes.Failed, e);
        }
    }

    /// <summary>Who holds the lock; null when it said nothing yet.</summary>
    public static Holder? WhoHolds(DataFolder folder)
    {
        try
        {
            return JsonSerializer.Deserialize<Holder>(File.ReadAllText(HolderFile(folder)));
        }
        catch (Exception e) when (e is IOException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Says who holds the lock.</summary>
    public void Tell(string address) => AtomicFile.Write(HolderFile(_folder), JsonSerializer.Serialize(new Holder(Environment.ProcessId, address)));

    public void Dispose()
    {
        File.Delete(HolderFile(_folder));
        _lock.Dispose();
    }

    private static string HolderFile(DataFolder folder) => Path.Combine(folder.Root, "web.json");

    /// <summary>The process that holds the lock.</summary>
    /// <param name="ProcessId">Its id.</param>
    /// <param name="Address">Where its pages are.</param>
    public sealed record Holder(int ProcessId, string Address);
}

using System.Runtime.InteropServices;

namespace Alignment.Shared;

/// <summary>Flushes a folder's entries to disk, so that a rename survives a power cut.</summary>
public static partial class DirectoryFlush
{
    private const int ReadOnlyDirectory = 0x10000; // O_RDONLY | O_DIRECTORY on linux-x64

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync")]
    private static partial int Sync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);

    /// <summary>Flushes the entries of a folder; does nothing where the system has no such call.</summary>
    public static void Flush(string folder)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        int descriptor = Open(folder, ReadOnlyDirectory);
        if (descriptor >= 0)
        {
            _ = Sync(descriptor);
            _ = Close(descriptor);
        }
    }
}

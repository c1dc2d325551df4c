using System.Text;

namespace Alignment.Shared;

/// <summary>
/// Files that are there whole or not at all: written as <c>name.tmp</c> beside the target, flushed to disk, renamed, and the
/// folder flushed too. A writer that dies leaves the old file and at most a <c>name.tmp</c>, which the next writer replaces.
/// </summary>
public static class AtomicFile
{
    /// <summary>The ending of a file that is being written.</summary>
    public const string TemporaryEnding = ".tmp";

    /// <summary>Writes a file by a callback.</summary>
    /// <param name="path">The file; its folder is created.</param>
    /// <param name="write">Writes the content; when it throws, the old file stays as it was.</param>
    /// <exception cref="UserError">The disk is full, or the file can not be written.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        string temporary = path + TemporaryEnding;
        try
        {
            string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
            Directory.CreateDirectory(folder);
            using (var stream = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 1 << 16))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
            DirectoryFlush.Flush(folder);
        }
        catch (Exception e)
        {
            TryDelete(temporary);
            if (e is IOException or UnauthorizedAccessException)
            {
                throw CanNotWrite(path, e);
            }

            throw;
        }
    }

    /// <summary>Writes bytes.</summary>
    public static void Write(string path, ReadOnlyMemory<byte> bytes) => Write(path, stream => stream.Write(bytes.Span));

    /// <summary>Writes text as UTF-8 without a byte-order mark.</summary>
    public static void Write(string path, string text) => Write(path, Encoding.UTF8.GetBytes(text));

    /// <summary>The error of a file that can not be written: full disk, no permission.</summary>
    public static UserError CanNotWrite(string path, Exception reason) =>
        new($"{path} can not be written: {reason.Message} Free disk space or choose another folder; nothing half-written was left.", ExitCodes.Failed, reason);

    private static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The first error is the one to report; the next writer replaces the leftover.
        }
    }
}

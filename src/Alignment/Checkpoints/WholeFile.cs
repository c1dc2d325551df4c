using Alignment.Shared;

namespace Alignment.Checkpoints;

/// <summary>Files and folders that appear whole or not at all.</summary>
internal static class WholeFile
{
    /// <summary>Writes <c>path.tmp</c>, flushes it to disk and renames it to <paramref name="path"/>.</summary>
    /// <exception cref="UserError">The disk is full or the folder cannot be written. The temporary file is gone then.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        string temporary = path + ".tmp";
        try
        {
            using (var file = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 16))
            {
                write(file);
                file.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception e)
        {
            Remove(temporary);
            if (e is IOException or UnauthorizedAccessException)
            {
                throw new UserError($"{path}: cannot be written ({e.Message}). Free some space or choose another folder; nothing was left half-written.", ExitCodes.Failed, e);
            }

            throw;
        }
    }

    private static void Remove(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return;
        }
    }
}

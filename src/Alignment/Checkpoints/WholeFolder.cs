using Alignment.Shared;

namespace Alignment.Checkpoints;

/// <summary>Folders that appear whole or not at all.</summary>
internal static class WholeFolder
{
    /// <summary>Lets <paramref name="write"/> fill a temporary folder beside <paramref name="folder"/>, then renames it.</summary>
    /// <param name="folder">where it shall be</param>
    /// <param name="replace">an existing folder is replaced; else it is an error</param>
    /// <param name="write">fills the folder that it is given</param>
    /// <exception cref="UserError">The folder exists, or cannot be written; the temporary folder is gone then.</exception>
    public static void Write(string folder, bool replace, Action<string> write)
    {
        folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        if (!replace && (File.Exists(folder) || Directory.Exists(folder)))
        {
            throw new UserError($"{folder}: exists already; choose another name or remove it");
        }

        string temporary = folder + ".tmp";
        string old = folder + ".old";
        try
        {
            Remove(temporary);
            Directory.CreateDirectory(temporary);
            write(temporary);
            if (Directory.Exists(folder))
            {
                Remove(old);
                Directory.Move(folder, old);
            }

            Directory.Move(temporary, folder);
            DirectoryFlush.Flush(Path.GetDirectoryName(folder)!);
            Remove(old);
        }
        catch (Exception e)
        {
            try
            {
                Remove(temporary);
            }
            catch (Exception again) when (again is IOException or UnauthorizedAccessException)
            {
                throw new UserError($"{folder}: cannot be written ({e.Message}), and the temporary folder {temporary} cannot be removed ({again.Message})", ExitCodes.Failed, e);
            }

            if (e is IOException or UnauthorizedAccessException)
            {
                throw new UserError($"{folder}: cannot be written ({e.Message}). Free some space or choose another folder; nothing was left half-written.", ExitCodes.Failed, e);
            }

            throw;
        }
    }

    private static void Remove(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}

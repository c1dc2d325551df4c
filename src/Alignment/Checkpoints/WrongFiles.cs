using System.Text;

using Alignment.Shared;

namespace Alignment.Checkpoints;

/// <summary>Names the usual things that lie under a weight file's name and are none.</summary>
internal static class WrongFiles
{
    /// <summary>Opens a file for reading; what goes wrong is an error that the user can mend.</summary>
    public static FileStream OpenRead(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new UserError($"{path}: no such file", inner: e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserError($"{path}: cannot be read ({e.Message})", inner: e);
        }
    }

    /// <summary>The length of a file; of a link's target where it is one (Hugging Face's cache is full of them).</summary>
    public static long Length(string path)
    {
        using FileStream file = OpenRead(path);
        return file.Length;
    }

    /// <summary>Throws when the file is empty, a git-lfs pointer, a web page or a pickle; leaves the position at 0.</summary>
    public static void Sniff(string path, FileStream file)
    {
        if (file.Length == 0)
        {
            throw new UserError($"{path}: the file is empty. Download or write it again.");
        }

        byte[] start = new byte[Math.Min(512, file.Length)];
        file.ReadExactly(start);
        file.Position = 0;
        string text = Encoding.Latin1.GetString(start).TrimStart();
        if (text.StartsWith("version https://git-lfs", StringComparison.Ordinal))
        {
            throw new UserError($"{path}: this is a git-lfs pointer, not the file itself. Run 'git lfs pull' in the repository, or download the file.");
        }

        if (text.StartsWith("<!doctype", StringComparison.OrdinalIgnoreCase) || text.StartsWith("<html", StringComparison.OrdinalIgnoreCase)
            || text.StartsWith("<?xml", StringComparison.OrdinalIgnoreCase))
        {
            throw new UserError($"{path}: this is a web page, not the file itself (a download that needed a login?). Download the file again.");
        }

        if (start is [(byte)'P', (byte)'K', 3, 4, ..])
        {
            throw new UserError($"{path}: this is a zip archive (a PyTorch pickle?), not the file that its name says. Convert it to safetensors with save_pretrained(..., safe_serialization=True).");
        }
    }
}

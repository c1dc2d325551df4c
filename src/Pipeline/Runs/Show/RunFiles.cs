using Alignment.Shared.Runs;

namespace Alignment.Pipeline.Runs.Show;

/// <summary>The files of a run that people take away: its result, and what it wrote about itself. Checkpoints are no such files.</summary>
internal static class RunFiles
{
    /// <summary>The files that are there, results first.</summary>
    public static IReadOnlyList<RunFile> Of(RunFolder folder)
    {
        string[] folders = [folder.Model, folder.Adapter];
        string[] single = [folder.RunYaml, folder.ResolvedYaml, folder.Manifest, folder.Metrics, folder.Samples, folder.Evaluations, folder.ConsoleLog];
        return [.. folders.Where(Directory.Exists).SelectMany(path => Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
            .Concat(single)
            .Select(path => new FileInfo(path))
            .Where(file => file.Exists)
            .Select(file => new RunFile(Path.GetRelativePath(folder.Root, file.FullName).Replace('\\', '/'), file.Length))];
    }

    /// <summary>The end of a text file; it begins with a whole line where there is one.</summary>
    public static string Tail(string path, int bytes)
    {
        if (!File.Exists(path))
        {
            return "";
        }

        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        bool cut = stream.Length > bytes;
        stream.Seek(cut ? -bytes : 0, cut ? SeekOrigin.End : SeekOrigin.Begin);
        byte[] end = new byte[Math.Min(bytes, stream.Length)];
        int read = stream.ReadAtLeast(end, end.Length, throwOnEndOfStream: false);
        string text = System.Text.Encoding.UTF8.GetString(end, 0, read);
        return cut && text.IndexOf('\n', StringComparison.Ordinal) is >= 0 and int at && at + 1 < text.Length ? text[(at + 1)..] : text;
    }
}

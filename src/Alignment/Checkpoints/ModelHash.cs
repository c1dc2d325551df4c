using System.Security.Cryptography;
using System.Text;

namespace Alignment.Checkpoints;

/// <summary>
/// One SHA-256 for a model: of a single file its own; of a folder that of the lines "hash, two spaces, name" of config.json
/// and all weight files, sorted by name (what sha256sum prints). Run manifests and the reference cache use it.
/// </summary>
public static class ModelHash
{
    private const int BufferBytes = 1 << 20;

    /// <summary>The hash of a folder or file in lower-case hex; files are streamed.</summary>
    /// <exception cref="Shared.UserError">It is no model that can be opened.</exception>
    public static string Of(string path)
    {
        if (!Directory.Exists(path))
        {
            return OfFile(path);
        }

        using HuggingFaceFolder folder = HuggingFaceFolder.Open(path);
        return OfFiles([Path.Combine(path, HuggingFaceFolder.ConfigFile), .. folder.Weights.Files]);
    }

    /// <summary>The hash of one file.</summary>
    public static string OfFile(string path)
    {
        using FileStream file = WrongFiles.OpenRead(path);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = new byte[BufferBytes];
        for (int read = file.Read(buffer); read > 0; read = file.Read(buffer))
        {
            hash.AppendData(buffer, 0, read);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static string OfFiles(IEnumerable<string> paths)
    {
        var lines = new StringBuilder();
        foreach (string path in paths.OrderBy(Path.GetFileName, StringComparer.Ordinal))
        {
            lines.Append(OfFile(path)).Append("  ").Append(Path.GetFileName(path)).Append('\n');
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(lines.ToString())));
    }
}

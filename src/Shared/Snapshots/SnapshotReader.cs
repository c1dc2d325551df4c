using System.Security.Cryptography;
using Alignment.Shared.Preferences;

namespace Alignment.Shared.Snapshots;

/// <summary>
/// Reads a snapshot. <see cref="Open"/> verifies the SHA-256 of every file that the manifest names; a file that differs or is
/// missing is an error that names it. Rows are streamed.
/// </summary>
public sealed class SnapshotReader
{
    private SnapshotReader(string folder, SnapshotManifest manifest, string sha256) => (Folder, Manifest, Sha256) = (folder, manifest, sha256);

    /// <summary>The snapshot's folder.</summary>
    public string Folder { get; }

    /// <summary>The manifest.</summary>
    public SnapshotManifest Manifest { get; }

    /// <summary>The hash of manifest.json, which holds the hashes of all other files: it names the whole content.</summary>
    public string Sha256 { get; }

    /// <summary>True when a folder holds a snapshot.</summary>
    public static bool IsSnapshot(string folder) => File.Exists(Path.Combine(folder, SnapshotManifest.FileName));

    /// <summary>Opens a snapshot and verifies its files.</summary>
    /// <exception cref="UserError">It is no snapshot, of an unknown format, kind or key, or a file differs from its hash.</exception>
    public static SnapshotReader Open(string folder)
    {
        string path = Path.Combine(folder, SnapshotManifest.FileName);
        if (!File.Exists(path))
        {
            throw new UserError($"{folder} is no snapshot: it has no {SnapshotManifest.FileName}; list the snapshots with 'pipeline datasets list'");
        }

        byte[] bytes = File.ReadAllBytes(path);
        var manifest = SnapshotManifest.Parse(System.Text.Encoding.UTF8.GetString(bytes), path);
        foreach (SnapshotFile file in manifest.Files)
        {
            Verify(Path.Combine(folder, file.Name), file);
        }

        return new(folder, manifest, Convert.ToHexStringLower(SHA256.HashData(bytes)));
    }

    /// <summary>The snapshots of a folder, by id; folders that are being written do not count.</summary>
    public static IReadOnlyList<SnapshotManifest> List(string snapshots) => !Directory.Exists(snapshots) ? [] :
    [
        .. Directory.EnumerateDirectories(snapshots)
            .Where(folder => !Path.GetFileName(folder).StartsWith('.') && IsSnapshot(folder))
            .Order(StringComparer.Ordinal)
            .Select(folder => Path.Combine(folder, SnapshotManifest.FileName))
            .Select(path => SnapshotManifest.Parse(File.ReadAllText(path), path)),
    ];

    /// <summary>The rows of a split in file order.</summary>
    /// <typeparam name="TRow">The row type of the snapshot's kind.</typeparam>
    public IEnumerable<TRow> Rows<TRow>(SnapshotSplit split)
        where TRow : IRow => Rows(split).Cast<TRow>();

    /// <summary>The rows of a split in file order.</summary>
    public IEnumerable<IRow> Rows(SnapshotSplit split)
    {
        string path = Path.Combine(Folder, split.FileName());
        using var stream = File.OpenRead(path);
        var lines = new JsonLines(stream);
        while (lines.Next() is { } line)
        {
            yield return RowJson.Read(Manifest.Kind.RowType(), line.Span, FormattableString.Invariant($"{path}:{lines.Number}"));
        }
    }

    private static void Verify(string path, SnapshotFile expected)
    {
        if (expected.Name != Path.GetFileName(expected.Name) || expected.Name.Length == 0)
        {
            throw new UserError($"{Path.GetDirectoryName(path)}: the manifest names '{expected.Name}', which is no file of the folder");
        }

        if (!File.Exists(path))
        {
            throw new UserError($"{path} is missing, though the manifest names it; take the snapshot again from where it came from");
        }

        using FileStream stream = File.OpenRead(path);
        string actual = Convert.ToHexStringLower(SHA256.HashData(stream));
        if (actual != expected.Sha256)
        {
            throw new UserError($"{path} was changed: its SHA-256 is {actual}, the manifest says {expected.Sha256}; take the snapshot again from where it came from, or freeze the dataset again");
        }
    }
}

using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Alignment.Shared.Preferences;

namespace Alignment.Shared.Snapshots;

/// <summary>What a snapshot is made of, besides its rows.</summary>
/// <param name="Kind">What the rows are.</param>
/// <param name="Provenance">Where they came from.</param>
/// <param name="Split">How they are divided.</param>
/// <param name="Aggregation">The settings that made rows of judgments, by name.</param>
public sealed record SnapshotDescription(SnapshotKind Kind, SnapshotProvenance Provenance, SnapshotSplitRule Split, JsonObject Aggregation)
{
    /// <summary>The id to use; null makes one of the project's name and the content's hash.</summary>
    public string? Id { get; init; }
}

/// <summary>
/// Writes a snapshot row by row into a hidden folder beside its target and moves that into place whole. Whoever dies before
/// <see cref="Commit"/> leaves nothing that a reader would take for a snapshot.
/// </summary>
public sealed class SnapshotWriter : IDisposable
{
    private const string PartialPrefix = ".partial-";
    private static readonly TimeSpan LeftoverAge = TimeSpan.FromDays(1);
    private readonly string _snapshots;
    private readonly string _partial;
    private readonly SnapshotDescription _description;
    private readonly DateTimeOffset _now;
    private readonly Dictionary<SnapshotSplit, SplitFile> _files = [];
    private readonly SortedDictionary<string, int> _leftOut = new(StringComparer.Ordinal);

    /// <summary>Begins a snapshot.</summary>
    /// <param name="snapshots">The folder of all snapshots.</param>
    /// <param name="description">What it is made of.</param>
    /// <param name="now">The creation time.</param>
    public SnapshotWriter(string snapshots, SnapshotDescription description, DateTimeOffset now)
    {
        if (description.Id is { } id)
        {
            RequireFree(snapshots, id);
        }

        (_snapshots, _description, _now) = (snapshots, description, now.ToUniversalTime());
        _partial = Path.Combine(snapshots, PartialPrefix + Guid.NewGuid().ToString("N"));
        Guard(_partial, () =>
        {
            Directory.CreateDirectory(snapshots);
            RemoveLeftovers(snapshots, _now);
            Directory.CreateDirectory(_partial);
            foreach (SnapshotSplit split in Enum.GetValues<SnapshotSplit>())
            {
                _files.Add(split, new SplitFile(Path.Combine(_partial, split.FileName())));
            }
        });
    }

    /// <summary>Adds a row.</summary>
    /// <exception cref="ArgumentException">The row is of another kind.</exception>
    /// <exception cref="UserError">The row has invalid Unicode or the disk is full.</exception>
    public void Add(SnapshotSplit split, IRow row)
    {
        if (row.GetType() != _description.Kind.RowType())
        {
            throw new ArgumentException($"a {row.GetType().Name} does not belong into a snapshot of kind {_description.Kind.Name()}", nameof(row));
        }

        byte[] line = [.. RowJson.Write(row), (byte)'\n'];
        Guard(_partial, () => _files[split].Add(line));
    }

    /// <summary>Counts an item that was left out.</summary>
    public void LeaveOut(string reason, int count = 1) => _leftOut[reason] = _leftOut.GetValueOrDefault(reason) + count;

    /// <summary>Flushes everything to disk and moves the folder into place.</summary>
    /// <returns>The manifest; its id names the folder.</returns>
    public SnapshotManifest Commit()
    {
        SnapshotManifest? manifest = null;
        Guard(_partial, () =>
        {
            SnapshotFile[] files = [.. _files.Select(file => file.Value.Finish(file.Key.FileName()))];
            manifest = new(SnapshotManifest.CurrentFormat, "", _description.Kind, _now, _description.Provenance, _description.Split,
                (JsonObject)_description.Aggregation.DeepClone(), _leftOut, files);
            foreach (string id in Ids(manifest))
            {
                string target = Path.Combine(_snapshots, id);
                if (_description.Id is not null)
                {
                    RequireFree(_snapshots, id);
                }
                else if (Path.Exists(target))
                {
                    continue;
                }

                manifest = manifest with { Id = id };
                AtomicFile.Write(Path.Combine(_partial, SnapshotManifest.FileName), manifest.ToJson());
                Directory.Move(_partial, target);
                DirectoryFlush.Flush(_snapshots);
                return;
            }

            throw new UserError($"{_snapshots}: every id for this dataset is taken; name one");
        });
        return manifest!;
    }

    /// <summary>Removes what was not committed.</summary>
    public void Dispose()
    {
        foreach (SplitFile file in _files.Values)
        {
            file.Dispose();
        }

        if (Directory.Exists(_partial))
        {
            Directory.Delete(_partial, recursive: true);
        }
    }

    // The project's name and the first digits of the content's hash, as many as are needed for a free name.
    private IEnumerable<string> Ids(SnapshotManifest manifest)
    {
        if (_description.Id is { } given)
        {
            yield return given;
            yield break;
        }

        string hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(manifest.ToJson())));
        string name = Slug(_description.Provenance.Project.Length > 0 ? _description.Provenance.Project : _description.Kind.Name());
        for (int digits = 4; digits <= hash.Length; digits += 4)
        {
            yield return $"{name}-{hash[..digits]}";
        }
    }

    private static string Slug(string text)
    {
        var slug = new StringBuilder();
        foreach (char c in text.ToLowerInvariant())
        {
            if (char.IsAsciiLetterOrDigit(c))
            {
                slug.Append(c);
            }
            else if (slug.Length > 0 && slug[^1] != '-')
            {
                slug.Append('-');
            }
        }

        string trimmed = slug.ToString().Trim('-');
        return trimmed.Length == 0 ? "dataset" : trimmed[..Math.Min(trimmed.Length, 40)].TrimEnd('-');
    }

    /// <summary>Refuses an id that can not name a new snapshot.</summary>
    /// <exception cref="UserError">It has other characters than a folder's name may have, or is taken.</exception>
    public static void RequireFree(string snapshots, string id)
    {
        if (id.Length is 0 or > 100 || !char.IsAsciiLetterOrDigit(id[0]) || !id.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.'))
        {
            throw new UserError($"'{id}' can not name a snapshot; allowed are up to 100 letters, digits, '-', '_' and '.', a letter or digit first");
        }

        string target = Path.Combine(snapshots, id);
        if (Path.Exists(target))
        {
            throw new UserError($"{target} exists already and snapshots never change; choose another id");
        }
    }

    private static void RemoveLeftovers(string snapshots, DateTimeOffset now)
    {
        foreach (string leftover in Directory.GetDirectories(snapshots, PartialPrefix + "*"))
        {
            if (now.UtcDateTime - Directory.GetLastWriteTimeUtc(leftover) > LeftoverAge)
            {
                Directory.Delete(leftover, recursive: true);
            }
        }
    }

    private static void Guard(string path, Action write)
    {
        try
        {
            write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw AtomicFile.CanNotWrite(path, e);
        }
    }

    private sealed class SplitFile(string path) : IDisposable
    {
        private readonly FileStream _stream = new(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 16);
        private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        private int _rows;
        private long _bytes;

        public void Add(byte[] line)
        {
            _stream.Write(line);
            _hash.AppendData(line);
            _rows = checked(_rows + 1);
            _bytes += line.Length;
        }

        public SnapshotFile Finish(string name)
        {
            _stream.Flush(flushToDisk: true);
            _stream.Dispose();
            return new(name, _rows, _bytes, Convert.ToHexStringLower(_hash.GetHashAndReset()));
        }

        public void Dispose()
        {
            _stream.Dispose();
            _hash.Dispose();
        }
    }
}

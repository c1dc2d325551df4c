using System.Security.Cryptography;
using Alignment.Shared.Preferences;

namespace Alignment.Shared.Snapshots;

/// <summary>
/// A bare rows.jsonl: one JSON object a line, in one of TRL's layouts, conversational or plain text. All rows have the layout
/// of the first one. Empty lines are passed over.
/// </summary>
internal sealed class RowsFile : TrainingData
{
    private readonly RowLayout _layout;
    private readonly int _rows;

    private RowsFile(string path, RowLayout layout, int rows, string sha256) => (Path, _layout, _rows, Sha256) = (path, layout, rows, sha256);

    public override string Path { get; }

    public override SnapshotKind Kind => _layout.Kind;

    public override string Sha256 { get; }

    public static new RowsFile Open(string path)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        RowLayout? layout = null;
        int rows = 0;
        foreach ((int line, ReadOnlyMemory<byte> content) in Lines(path, hash))
        {
            layout ??= RowLayout.Of(content.Span, Where(path, line));
            layout.Read(content.Span, line, Where(path, line));
            rows++;
        }

        return layout is null
            ? throw new UserError($"{path} has no rows; it needs one JSON object per line: {RowLayout.Known}")
            : new(path, layout, rows, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    public override int Count(SnapshotSplit split) => split == SnapshotSplit.Train ? _rows : 0;

    public override IEnumerable<TrainingRow> Rows(SnapshotSplit split)
    {
        if (split != SnapshotSplit.Train)
        {
            yield break;
        }

        foreach ((int line, ReadOnlyMemory<byte> content) in Lines(Path, null))
        {
            yield return _layout.Read(content.Span, line, Where(Path, line));
        }
    }

    private static IEnumerable<(int Line, ReadOnlyMemory<byte> Content)> Lines(string path, IncrementalHash? hash)
    {
        using FileStream file = File.OpenRead(path);
        using Stream stream = hash is null ? file : new HashingStream(file, hash);
        var lines = new JsonLines(stream);
        while (lines.Next() is { } line)
        {
            if (!line.Span.Trim(" \t"u8).IsEmpty)
            {
                yield return (lines.Number, line);
            }
        }
    }

    private static string Where(string path, int line) => FormattableString.Invariant($"{path}:{line}");

    /// <summary>Adds what is read to a hash.</summary>
    private sealed class HashingStream(Stream inner, IncrementalHash hash) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
        {
            int read = inner.Read(buffer, offset, count);
            hash.AppendData(buffer, offset, read);
            return read;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}

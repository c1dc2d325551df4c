using System.IO.Compression;
using Alignment.Shared;

namespace Alignment.Pipeline.Items.Import;

/// <summary>A row of a file, or why it cannot be imported.</summary>
internal sealed record ReadRow(long Line, ParsedRow? Parsed, RowError? Error);

/// <summary>The rows of a file, plain or gzip (told apart by its content), one by one in bounded memory.</summary>
internal sealed class RowReader : IDisposable
{
    private const int MaxLineBytes = 64 << 20;
    private readonly Stream _file;
    private readonly string _name;
    private readonly PairRule _pairs;
    private readonly GZipStream? _unzipped;

    /// <summary>Reads from the beginning.</summary>
    /// <param name="file">The file; seekable, stays open.</param>
    /// <param name="name">Its name, for messages.</param>
    /// <param name="pairs">What becomes of several answers.</param>
    public RowReader(Stream file, string name, PairRule pairs) => (_file, _name, _pairs, _unzipped) = (file, name, pairs, Unzip(file));

    /// <summary>Rows read until now; empty lines are none.</summary>
    public long Rows { get; private set; }

    /// <summary>The rows in the file's order, bad ones too.</summary>
    /// <exception cref="UserError">The file is damaged.</exception>
    public IEnumerable<ReadRow> Read()
    {
        JsonLines lines = Guard(() => new JsonLines(_unzipped ?? _file, MaxLineBytes));
        while (Guard(lines.Next) is { } line)
        {
            if (line.Span.Trim(" \t\r"u8).IsEmpty && !lines.LastWasCut)
            {
                continue;
            }

            Rows++;
            yield return Parse(line, lines);
        }

        // A reader of gzip ends quietly where something else than a further member follows.
        if (_unzipped is not null && _file.Position < _file.Length)
        {
            throw Damaged("what follows is no gzip");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _unzipped?.Dispose();

    private ReadRow Parse(ReadOnlyMemory<byte> line, JsonLines lines)
    {
        try
        {
            return lines.LastWasCut
                ? throw new RowError(RowErrorCodes.TooLong, $"the line is longer than {MaxLineBytes >> 20} MiB")
                : new(lines.Number, RowParser.Parse(line, lines.Number, _pairs), null);
        }
        catch (RowError e)
        {
            return new(lines.Number, null, e);
        }
    }

    private static GZipStream? Unzip(Stream file)
    {
        Span<byte> magic = stackalloc byte[2];
        file.Position = 0;
        bool gzip = file.ReadAtLeast(magic, magic.Length, throwOnEndOfStream: false) == magic.Length && magic.SequenceEqual<byte>([0x1F, 0x8B]);
        file.Position = 0;
        return gzip ? new GZipStream(new SlowTail(file), CompressionMode.Decompress) : null;
    }

    private T Guard<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            throw Damaged(e.Message, e);
        }
    }

    private UserError Damaged(string reason, Exception? inner = null) => new(FormattableString.Invariant(
        $"{_name}: damaged after {Rows} rows ({reason}); an import takes what stands before, and importing a whole copy adds the rest"), inner: inner);
}

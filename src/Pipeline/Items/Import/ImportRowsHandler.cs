using System.IO.Compression;
using Alignment.Shared;
using MediatR;

namespace Alignment.Pipeline.Items.Import;

/// <summary>Reads line by line, collects rows to batches and writes them; holds one batch in memory.</summary>
internal sealed class ImportRowsHandler(BatchWriter writer) : IRequestHandler<ImportRows, ImportResult>
{
    private const int BatchRows = 500;
    private const long BatchBytes = 16 << 20;
    private const int MaxLineBytes = 64 << 20;

    public async Task<ImportResult> Handle(ImportRows request, CancellationToken cancellationToken)
    {
        var tally = new ImportTally();
        List<ParsedRow> batch = [];
        long size = 0;
        await using GZipStream? unzipped = Unzip(request.Content);
        UserError? damage = null;
        using IEnumerator<ParsedRow> rows = Rows(unzipped ?? request.Content, request, tally).GetEnumerator();
        while (Next(rows, ref damage))
        {
            batch.Add(rows.Current);
            size += rows.Current.Size;
            if (batch.Count >= BatchRows || size >= BatchBytes)
            {
                await FlushAsync(batch, request, tally, cancellationToken);
                size = 0;
            }
        }

        await FlushAsync(batch, request, tally, cancellationToken);
        if ((damage ?? Leftover(unzipped is not null, request, tally)) is { } found)
        {
            throw found;
        }

        return tally.Rows > 0 ? tally.Result(request.Project, request.FileName) : throw new UserError($"{request.FileName} holds no rows");
    }

    // What was read before the damage is written first.
    private static bool Next(IEnumerator<ParsedRow> rows, ref UserError? damage)
    {
        try
        {
            return rows.MoveNext();
        }
        catch (UserError e)
        {
            damage = e;
            return false;
        }
    }

    // A reader of gzip ends quietly where something else than a further member follows.
    private static UserError? Leftover(bool zipped, ImportRows request, ImportTally tally) =>
        zipped && request.Content.Position < request.Content.Length ? Damaged(request.FileName, tally, "what follows is no gzip") : null;

    private async Task FlushAsync(List<ParsedRow> batch, ImportRows request, ImportTally tally, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (batch.Count > 0)
        {
            tally.Add(await writer.WriteAsync(batch, request, cancellationToken));
            batch.Clear();
        }

        request.Progress?.Report(new(request.Content.Position, request.Content.Length, tally.Rows, tally.Rejected));
    }

    private static IEnumerable<ParsedRow> Rows(Stream content, ImportRows request, ImportTally tally)
    {
        JsonLines lines = Guard(request.FileName, tally, () => new JsonLines(content, MaxLineBytes));
        while (Guard(request.FileName, tally, lines.Next) is { } line)
        {
            if (line.Span.Trim(" \t\r"u8).IsEmpty && !lines.LastWasCut)
            {
                continue;
            }

            tally.Rows++;
            if (Parse(line, lines, request, tally) is { } row)
            {
                tally.Note(row);
                yield return row;
            }
        }
    }

    private static ParsedRow? Parse(ReadOnlyMemory<byte> line, JsonLines lines, ImportRows request, ImportTally tally)
    {
        try
        {
            return lines.LastWasCut
                ? throw new RowError(RowErrorCodes.TooLong, $"the line is longer than {MaxLineBytes >> 20} MiB")
                : RowParser.Parse(line, lines.Number, request.Pairs);
        }
        catch (RowError e)
        {
            tally.Reject(e.Code);
            request.BadRow?.Invoke(new(lines.Number, e.Code, e.Message));
            return null;
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

    private static T Guard<T>(string file, ImportTally tally, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            throw Damaged(file, tally, e.Message, e);
        }
    }

    private static UserError Damaged(string file, ImportTally tally, string reason, Exception? inner = null) => new(FormattableString.Invariant(
        $"{file}: damaged after {tally.Rows} rows ({reason}); what was read before is imported, and importing a whole copy adds the rest"), inner: inner);
}

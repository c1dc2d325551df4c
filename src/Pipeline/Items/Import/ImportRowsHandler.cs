using Alignment.Shared;
using MediatR;

namespace Alignment.Pipeline.Items.Import;

/// <summary>Reads line by line, collects rows to batches and writes them; holds one batch in memory.</summary>
internal sealed class ImportRowsHandler(BatchWriter writer) : IRequestHandler<ImportRows, ImportResult>
{
    private const int BatchRows = 500;
    private const long BatchBytes = 16 << 20;

    public async Task<ImportResult> Handle(ImportRows request, CancellationToken cancellationToken)
    {
        var tally = new ImportTally();
        List<ParsedRow> batch = [];
        long size = 0;
        using var reader = new RowReader(request.Content, request.FileName, request.Pairs);
        UserError? damage = null;
        using IEnumerator<ParsedRow> rows = Good(reader, request, tally).GetEnumerator();
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
        if (damage is not null)
        {
            throw damage;
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

    private static IEnumerable<ParsedRow> Good(RowReader reader, ImportRows request, ImportTally tally)
    {
        foreach (ReadRow row in reader.Read())
        {
            tally.Rows++;
            if (row.Error is { } error)
            {
                tally.Reject(error.Code);
                request.BadRow?.Invoke(new(row.Line, error.Code, error.Message));
                continue;
            }

            tally.Note(row.Parsed!);
            yield return row.Parsed!;
        }
    }
}

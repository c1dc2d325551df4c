using Alignment.Pipeline.Storage;
using Alignment.Shared.Runs;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Alignment.Pipeline.Runs.Series;

internal sealed class RunSeriesHandler(IDbContextFactory<AlignmentDb> contexts) : IRequestHandler<RunSeries, IReadOnlyList<RunColumns>>
{
    public async Task<IReadOnlyList<RunColumns>> Handle(RunSeries request, CancellationToken cancellationToken)
    {
        await using AlignmentDb db = await contexts.CreateDbContextAsync(cancellationToken);
        List<RunColumns> all = [];
        foreach (SeriesFrom from in request.Runs)
        {
            all.Add(await ColumnsAsync(db, from, request.Metrics, cancellationToken));
        }

        return all;
    }

    private static async Task<RunColumns> ColumnsAsync(AlignmentDb db, SeriesFrom from, IReadOnlyList<string>? names, CancellationToken cancellationToken)
    {
        List<RunMetric> rows = await db.RunMetrics.AsNoTracking().Where(row => row.RunId == from.RunId && row.Offset >= from.Cursor)
            .OrderBy(row => row.Offset).ToListAsync(cancellationToken);
        long cursor = rows is [.., RunMetric last] ? last.Offset + 1 : from.Cursor;
        HashSet<int>? touched = null;
        if (from.Cursor > 0 && rows.Count > 0)
        {
            // A step that is told again is told whole, with its older lines.
            touched = [.. rows.Select(row => row.Step)];
            (int first, int end) = (touched.Min(), touched.Max());
            List<RunMetric> older = await db.RunMetrics.AsNoTracking()
                .Where(row => row.RunId == from.RunId && row.Step >= first && row.Step <= end && row.Offset < from.Cursor)
                .OrderBy(row => row.Offset).ToListAsync(cancellationToken);
            rows = [.. older, .. rows];
        }

        IReadOnlyList<MetricRecord> records = MetricsFile.Merge(rows.Select(row => MetricRecord.Parse(row.Line)!));
        return Columns(from.RunId, cursor, touched is null ? records : [.. records.Where(record => touched.Contains(record.Step))], names);
    }

    private static RunColumns Columns(string id, long cursor, IReadOnlyList<MetricRecord> records, IReadOnlyList<string>? names)
    {
        var values = new OrderedDictionary<string, double?[]>(StringComparer.Ordinal);
        for (int i = 0; i < records.Count; i++)
        {
            foreach ((string name, double value) in records[i].Values)
            {
                if (!values.TryGetValue(name, out double?[]? column) && names?.Contains(name) != false)
                {
                    values[name] = column = new double?[records.Count];
                }

                column?[i] = value;
            }
        }

        return new(id, cursor, [.. records.Select(record => record.Step)], [.. records.Select(record => record.Time.ToUnixTimeMilliseconds() / 1000.0)], values);
    }
}

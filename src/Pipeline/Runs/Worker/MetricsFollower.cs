using Alignment.Pipeline.Storage;
using Alignment.Shared.Runs;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Alignment.Pipeline.Runs.Worker;

/// <summary>
/// Brings the lines of metrics.jsonl into the database, in batches. How far it came stands in the run's row and changes in the
/// transaction that adds the lines, so that none is stored twice or lost, whoever goes on.
/// </summary>
internal sealed class MetricsFollower(Transactions transactions, ILogger<MetricsFollower> logger)
{
    private const int BatchBytes = 1 << 20;
    private const double NewestShare = 0.1;

    /// <summary>Takes the next lines that are whole.</summary>
    /// <param name="run">The run as it was last read; its offset, step and pace are moved on.</param>
    /// <param name="folder">The run's folder.</param>
    /// <param name="owner">Who must own the run for that; null for a run that ended.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>true when there was something and more may be there</returns>
    public async Task<bool> FollowAsync(Run run, RunFolder folder, string? owner, CancellationToken cancellationToken)
    {
        if (Length(folder.Metrics) < run.MetricsOffset)
        {
            return await BeginAnewAsync(run, owner, cancellationToken);
        }

        byte[] whole = await ReadAsync(folder.Metrics, run.MetricsOffset, cancellationToken);
        if (whole.Length == 0)
        {
            return false;
        }

        (List<RunMetric> rows, List<MetricRecord> records) = Split(run.Id, run.MetricsOffset, whole);
        (int step, double? pace) = (records is [.., MetricRecord last] ? last.Step : run.Step, Pace(run.SecondsPerStep, records));
        bool stored = await transactions.RunAsync(
            async (db, token) =>
            {
                int owned = await db.Runs.Where(row => row.Id == run.Id && row.Owner == owner && row.MetricsOffset == run.MetricsOffset).ExecuteUpdateAsync(
                    change => change.SetProperty(row => row.MetricsOffset, run.MetricsOffset + whole.Length).SetProperty(row => row.Step, step).SetProperty(row => row.SecondsPerStep, pace), token);
                db.RunMetrics.AddRange(owned == 1 ? rows : []);
                return owned == 1;
            },
            cancellationToken);
        if (stored)
        {
            (run.MetricsOffset, run.Step, run.SecondsPerStep) = (run.MetricsOffset + whole.Length, step, pace);
        }

        return stored;
    }

    private static long Length(string path) => new FileInfo(path) is { Exists: true } file ? file.Length : 0;

    // The file is shorter than what was read: somebody put another one in its place.
    private Task<bool> BeginAnewAsync(Run run, string? owner, CancellationToken cancellationToken) => transactions.RunAsync(
        async (db, token) =>
        {
            if (await db.Runs.Where(row => row.Id == run.Id && row.Owner == owner).ExecuteUpdateAsync(change => change.SetProperty(row => row.MetricsOffset, 0), token) == 0)
            {
                return false;
            }

            await db.RunMetrics.Where(row => row.RunId == run.Id).ExecuteDeleteAsync(token);
            run.MetricsOffset = 0;
            return true;
        },
        cancellationToken);

    private static async Task<byte[]> ReadAsync(string path, long offset, CancellationToken cancellationToken)
    {
        if (Length(path) <= offset)
        {
            return [];
        }

        await using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        stream.Seek(offset, SeekOrigin.Begin);
        byte[] buffer = new byte[BatchBytes];
        int read = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        return buffer[..(buffer.AsSpan(0, read).LastIndexOf((byte)'\n') + 1)];
    }

    private (List<RunMetric> Rows, List<MetricRecord> Records) Split(string id, long offset, byte[] whole)
    {
        (List<RunMetric> rows, List<MetricRecord> records) = ([], []);
        int damaged = 0;
        for (int start = 0, end; start < whole.Length; start = end + 1)
        {
            end = start + whole.AsSpan(start).IndexOf((byte)'\n');
            byte[] line = whole[start..end];
            if (MetricRecord.Parse(line) is { } record)
            {
                rows.Add(new() { RunId = id, Offset = offset + start, Step = record.Step, Line = line });
                records.Add(record);
            }
            else if (line.Length > 0)
            {
                damaged++;
            }
        }

        if (damaged > 0)
        {
            LogMessages.RunMetricsDamaged(logger, id, damaged);
        }

        return (rows, records);
    }

    // The mean of late: what a step takes from line to line, with what is done between steps; of a line alone the step itself.
    private static double? Pace(double? pace, IReadOnlyList<MetricRecord> records)
    {
        double[] seconds = [.. records.Zip(records.Skip(1))
            .Where(pair => pair.Second.Step > pair.First.Step && pair.Second.Attempt == pair.First.Attempt)
            .Select(pair => (pair.Second.Time - pair.First.Time).TotalSeconds / (pair.Second.Step - pair.First.Step))];
        if (seconds.Length == 0 && records is [.., MetricRecord last] && last.Values.TryGetValue(MetricNames.StepSeconds, out double only))
        {
            seconds = [only];
        }

        return seconds.Aggregate(pace, (known, next) => known is double mean ? mean + (NewestShare * (next - mean)) : next);
    }
}

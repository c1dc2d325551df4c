namespace Alignment.Shared.Runs;

/// <summary>Reads metrics.jsonl, also while it is being written.</summary>
public static class MetricsFile
{
    /// <summary>
    /// The record of each step, ascending. Of steps that were repeated after a resume the highest attempt counts; several lines
    /// of one step and attempt (training, evaluation) are one record, and so are a step and its evaluation by a later attempt,
    /// which went on from that step without repeating it. A torn last line is passed over.
    /// </summary>
    /// <exception cref="UserError">A line before the last one is damaged.</exception>
    public static IReadOnlyList<MetricRecord> Read(string path) => Merge(ReadLines(path));

    /// <summary>The record of each step, ascending, by the rule of <see cref="Read"/>.</summary>
    /// <param name="lines">Lines in the order of their file.</param>
    public static IReadOnlyList<MetricRecord> Merge(IEnumerable<MetricRecord> lines)
    {
        var steps = new SortedDictionary<int, MetricRecord>();
        foreach (MetricRecord line in lines)
        {
            steps[line.Step] = !steps.TryGetValue(line.Step, out MetricRecord? before) ? line
                : line.Attempt < before.Attempt ? before
                : line.Attempt > before.Attempt && !IsEvaluation(line) ? line
                : Merge(before, line);
        }

        return [.. steps.Values];
    }

    /// <summary>Every line in file order, repeated steps included.</summary>
    public static IEnumerable<MetricRecord> ReadLines(string path)
    {
        if (!File.Exists(path))
        {
            yield break;
        }

        using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var lines = new JsonLines(stream);
        while (lines.Next() is { } line)
        {
            // A last line without its line feed is still being written, or was torn when its writer died.
            if (line.Length == 0 || !lines.LastWasWhole)
            {
                continue;
            }

            yield return MetricRecord.Parse(line.Span)
                ?? throw new UserError(FormattableString.Invariant($"{path}:{lines.Number}: the line is no metrics record; remove it"), ExitCodes.Failed);
        }
    }

    private static bool IsEvaluation(MetricRecord line) => line.Values.Keys.All(name => name.StartsWith(MetricNames.Held, StringComparison.Ordinal));

    private static MetricRecord Merge(MetricRecord first, MetricRecord second)
    {
        var values = new OrderedDictionary<string, double>(StringComparer.Ordinal);
        foreach ((string name, double value) in first.Values.Concat(second.Values))
        {
            values[name] = value;
        }

        return second with { Values = values };
    }
}

/// <summary>
/// Appends to metrics.jsonl; each line is handed to the system at once. A torn last line of a killed process is cut off
/// before the first one is added.
/// </summary>
public sealed class MetricsWriter : IDisposable
{
    private readonly FileStream _stream;
    private readonly string _path;

    /// <summary>Opens or creates the file.</summary>
    public MetricsWriter(string path)
    {
        _path = path;
        try
        {
            _stream = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read | FileShare.Delete);
            _stream.SetLength(JsonLines.WholeLength(_stream));
            _stream.Seek(0, SeekOrigin.End);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _stream?.Dispose();
            throw AtomicFile.CanNotWrite(path, e);
        }
    }

    /// <summary>Adds a line and flushes it.</summary>
    /// <exception cref="UserError">The disk is full.</exception>
    public void Add(MetricRecord record)
    {
        byte[] line = [.. record.ToLine(), (byte)'\n'];
        try
        {
            _stream.Write(line);
            _stream.Flush();
        }
        catch (IOException e)
        {
            throw AtomicFile.CanNotWrite(_path, e);
        }
    }

    /// <summary>Forces what was added onto the disk; call it beside a checkpoint.</summary>
    public void FlushToDisk() => _stream.Flush(flushToDisk: true);

    /// <inheritdoc/>
    public void Dispose() => _stream.Dispose();
}

using Alignment.Pipeline.Items.Import;
using Alignment.Shared;

namespace Alignment.Pipeline.Cli;

/// <summary>
/// Rows that an import refused: the first ones on the terminal, or all of them in a file of one JSON object per line. The file
/// is begun with the first of them or at the end, so that a refused command leaves an older report as it is.
/// </summary>
internal sealed class BadRowReport : IDisposable
{
    private const int Shown = 20;

    private readonly Terminal _terminal;
    private readonly FileInfo _source;
    private readonly FileInfo? _target;
    private StreamWriter? _writer;
    private int _count;

    /// <summary>A report.</summary>
    /// <param name="terminal">Where the first rows are named.</param>
    /// <param name="source">The imported file.</param>
    /// <param name="target">The file of all rows; null for the terminal.</param>
    /// <exception cref="UserError">The file cannot be written, or is the imported one.</exception>
    public BadRowReport(Terminal terminal, FileInfo source, FileInfo? target)
    {
        (_terminal, _source, _target) = (terminal, source, target);
        if (target is not null)
        {
            // Opens without emptying: a file that cannot be written is known before the import begins.
            Guard(target, () => new FileStream(target.FullName, FileMode.OpenOrCreate, FileAccess.Write, FileShare.None)).Dispose();
        }
    }

    /// <summary>Adds a row.</summary>
    public void Add(BadRow row)
    {
        if (_target is { } target)
        {
            _writer ??= Begin(target);
            _writer.WriteLine(BadRowLine.Json(row));
        }
        else if (_count++ < Shown)
        {
            _terminal.Note(FormattableString.Invariant($"{_source.Name}:{row.Line}: {row.Code}: {row.Reason}"));
        }
    }

    /// <summary>The import is done: what an older report said is over, and rows that were not named are counted.</summary>
    public void Finish()
    {
        if (_target is { } target)
        {
            _writer ??= Begin(target);
        }
        else if (_count > Shown)
        {
            _terminal.Note($"… and {Words.Count(_count - Shown)} more rows; --bad-rows FILE writes all of them");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _writer?.Dispose();

    private static StreamWriter Begin(FileInfo target) => new(Guard(target, target.Create));

    private static FileStream Guard(FileInfo target, Func<FileStream> open)
    {
        try
        {
            return open();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserError($"{target.FullName}: cannot be written ({e.Message})", inner: e);
        }
    }
}

namespace Alignment.Pipeline.Items.Import;

/// <summary>Counts an import row by row; bounded whatever the file's length.</summary>
internal sealed class ImportTally
{
    private const int FirstLines = 20;
    private const int MostKeys = 100;
    private readonly SortedDictionary<string, long> _rules = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, long> _items = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, long> _keys = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, (long Rows, List<long> Lines)> _notes = new(StringComparer.Ordinal);
    private long _imported;
    private long _alreadyThere;
    private long _labels;

    public long Rows { get; set; }

    public long Rejected { get; private set; }

    public void Reject(string rule)
    {
        Rejected++;
        _rules[rule] = _rules.GetValueOrDefault(rule) + 1;
    }

    public void Note(ParsedRow row)
    {
        foreach (string note in row.Notes)
        {
            (long rows, List<long> lines) = _notes.GetValueOrDefault(note, (0, []));
            if (lines.Count < FirstLines)
            {
                lines.Add(row.Line);
            }

            _notes[note] = (rows + 1, lines);
        }

        foreach (string key in row.ExtraKeys)
        {
            if (_keys.Count < MostKeys || _keys.ContainsKey(key))
            {
                _keys[key] = _keys.GetValueOrDefault(key) + 1;
            }
        }
    }

    public void Add(BatchResult batch)
    {
        _imported += batch.Imported;
        _alreadyThere += batch.AlreadyThere;
        _labels += batch.Labels;
        foreach ((ItemKind kind, int count) in batch.Items)
        {
            string name = kind.ToString().ToLowerInvariant();
            _items[name] = _items.GetValueOrDefault(name) + count;
        }
    }

    public ImportResult Result(string project, string file) => new(
        project, file, Rows, _imported, _alreadyThere, Rejected, _items, _labels, _rules,
        _notes.ToDictionary(note => note.Key, note => new RowNote(note.Value.Rows, note.Value.Lines)), _keys);
}

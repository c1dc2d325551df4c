using System.Globalization;

namespace Alignment.Shared.Runs;

/// <summary>Turns the nodes of a run.yaml into a spec and gathers everything that is wrong on the way.</summary>
internal sealed class RunSpecReader(string file)
{
    private const string TrainerKey = "trainer";
    private readonly List<RunSpecError> _errors = [];
    private readonly Dictionary<string, int> _lines = new(StringComparer.Ordinal);
    private readonly HashSet<string> _damaged = new(StringComparer.Ordinal);
    private string _trainer = "";

    /// <exception cref="RunSpecException">Something is wrong.</exception>
    public RunSpec Read(string text)
    {
        YamlMap? root = Root(text);
        if (root is null || SchemaOf(root) is not { } schema)
        {
            throw Failure();
        }

        _trainer = schema.Trainer;
        var spec = (RunSpec)Activator.CreateInstance(schema.SpecType)!;
        var entries = new YamlMap([.. root.Entries.Where(entry => entry.Key != TrainerKey)], root.Line);
        Fill(spec, entries, schema.Keys, refused: null, section: null);
        foreach (RunProblem problem in spec.Problems().Where(problem => !problem.Because.Append(problem.Key).Any(_damaged.Contains)))
        {
            Add(LineOf(problem), problem.Key, problem.Message);
        }

        return _errors.Count == 0 ? spec : throw Failure();
    }

    private YamlMap? Root(string text)
    {
        try
        {
            YamlNode? root = YamlTree.Parse(text);
            if (root is YamlMap map)
            {
                return map;
            }

            _errors.Add(new(1, $"the file has no keys; print one to start from with 'align init {RunKeyWords.Or(RunSchema.Trainers)}'"));
        }
        catch (YamlProblem e)
        {
            _errors.Add(new(e.Line, e.Message));
        }

        return null;
    }

    private RunSchema? SchemaOf(YamlMap root)
    {
        string allowed = "allowed: " + RunKeyWords.Or(RunSchema.Trainers);
        YamlEntry[] given = [.. root.Entries.Where(entry => entry.Key == TrainerKey)];
        if (given.Length == 0)
        {
            Add(1, TrainerKey, $"is missing; {allowed}; add it as the first line");
            return null;
        }

        foreach (YamlEntry again in given.Skip(1))
        {
            Twice(again, given[0], TrainerKey);
        }

        if (given[0].Value is YamlScalar scalar && RunSchema.Find(scalar.Text) is { } schema)
        {
            return schema;
        }

        string shown = given[0].Value is YamlScalar wrong ? $"'{wrong.Text}' is not known" : "is no name";
        Add(given[0].Line, TrainerKey, $"{shown}; {allowed}; write one of them");
        return null;
    }

    private void Fill(object target, YamlMap map, IReadOnlyList<RunKey> keys, IReadOnlyDictionary<string, string>? refused, RunKey? section)
    {
        var seen = new Dictionary<string, YamlEntry>(StringComparer.Ordinal);
        foreach (YamlEntry entry in map.Entries)
        {
            string path = section is null ? entry.Key : section.Path + "." + entry.Key;
            if (!seen.TryAdd(entry.Key, entry))
            {
                Twice(entry, seen[entry.Key], path);
                continue;
            }

            RunKey? key = keys.FirstOrDefault(known => known.Name == entry.Key);
            if (key is null)
            {
                Unknown(entry, path, keys, refused);
                continue;
            }

            _lines[path] = entry.Line;
            Set(target, key, entry);
        }

        foreach (RunKey missing in keys.Where(key => key.Doc.Required && !seen.ContainsKey(key.Name)))
        {
            _damaged.Add(missing.Path);
            Add(map.Line, missing.Path, $"is missing; allowed: {missing.Allowed}; add it");
        }
    }

    private void Set(object target, RunKey key, YamlEntry entry)
    {
        if (!key.IsSection)
        {
            (object? value, string? problem) = RunValueReader.Read(key, entry.Value);
            if (problem is null)
            {
                key.Property.SetValue(target, value);
            }
            else
            {
                Damaged(entry, key.Path, problem);
            }

            return;
        }

        if (entry.Value is not YamlMap map)
        {
            Damaged(entry, key.Path, $"is a section; allowed keys: {string.Join(", ", key.Children.Select(child => child.Name))}; write {key.Name}: {{}} for its defaults, or its keys on lines below it");
            return;
        }

        // The trainer's own defaults of the section, not the record's: a copy of what the spec holds.
        object section = Copy(key.Property.GetValue(target) ?? Activator.CreateInstance(key.ValueType)!);
        Fill(section, map, key.Children, key.Refused, key);
        key.Property.SetValue(target, section);
    }

    private static object Copy(object record)
    {
        object copy = Activator.CreateInstance(record.GetType())!;
        foreach (System.Reflection.PropertyInfo property in record.GetType().GetProperties().Where(property => property.CanWrite))
        {
            property.SetValue(copy, property.GetValue(record));
        }

        return copy;
    }

    private void Unknown(YamlEntry entry, string path, IReadOnlyList<RunKey> keys, IReadOnlyDictionary<string, string>? refused)
    {
        if (refused is not null && refused.TryGetValue(entry.Key, out string? reason))
        {
            Damaged(entry, path, $"is refused: {reason}");
            return;
        }

        string allowed = $"allowed here: {string.Join(", ", keys.Select(key => key.Name))}";
        string hint = Nearest.Of(entry.Key, keys.Select(key => key.Name)) is { } near ? $"did you mean '{near}'?"
            : Elsewhere(entry.Key) is { } place ? place
            : "remove it";
        Damaged(entry, path, $"is no key of trainer {_trainer}; {allowed}; {hint}");
    }

    private string? Elsewhere(string name)
    {
        if (RunSchema.Find(_trainer)!.All().FirstOrDefault(key => key.Name == name) is { } here)
        {
            return here.Path == name ? $"write '{name}' without indentation" : $"write it as {here.Path}";
        }

        return RunSchema.Trainers.FirstOrDefault(trainer => RunSchema.Find(trainer)!.All().Any(key => key.Name == name)) is { } other
            ? $"trainer {other} has it; remove it"
            : null;
    }

    private void Twice(YamlEntry again, YamlEntry first, string path) =>
        Damaged(again, path, string.Create(CultureInfo.InvariantCulture, $"is given twice, first on line {first.Line}; allowed is once; remove one of the two"));

    private void Damaged(YamlEntry entry, string path, string message)
    {
        _damaged.Add(path);
        Add(entry.Line, path, message);
    }

    private void Add(int line, string key, string message) => _errors.Add(new(line, $"{key}: {message}"));

    // The line of the key, else of a key that it follows from, else of the section of one of them, else the first.
    private int LineOf(RunProblem problem)
    {
        IEnumerable<string> keys = problem.Because.Prepend(problem.Key);
        return keys.Concat(keys.Select(key => key.Split('.')[0])).Select(key => _lines.GetValueOrDefault(key)).FirstOrDefault(line => line > 0, 1);
    }

    private RunSpecException Failure() => new(file, [.. _errors.OrderBy(error => error.Line)]);
}

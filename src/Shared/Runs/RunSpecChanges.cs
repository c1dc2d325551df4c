namespace Alignment.Shared.Runs;

/// <summary>What differs between two specs as <see cref="RunSpecYaml.Write"/> writes them.</summary>
public static class RunSpecChanges
{
    private const string Absent = "not given";

    /// <summary>Every key of a written spec with its value as text, the keys of a section as <c>section.key</c>.</summary>
    /// <param name="written">What <see cref="RunSpecYaml.Write"/> gave.</param>
    public static IReadOnlyDictionary<string, string> Values(string written) => Parse(written);

    /// <summary>Each key whose value differs, with both: <c>optimizer.learning_rate (5.0e-6 then, 0.001 now)</c>; empty for equal specs.</summary>
    /// <param name="then">The text that was written before.</param>
    /// <param name="now">The text of now.</param>
    public static IReadOnlyList<string> Of(string then, string now)
    {
        OrderedDictionary<string, string> before = Parse(then), after = Parse(now);
        return [.. before.Keys.Union(after.Keys)
            .Select(key => (Key: key, Then: before.GetValueOrDefault(key, Absent), Now: after.GetValueOrDefault(key, Absent)))
            .Where(value => value.Then != value.Now)
            .Select(value => $"{value.Key} ({value.Then} then, {value.Now} now)")];
    }

    // One key a line; the keys of a section are indented below its own line, which has no value, or {} when it has no keys.
    private static OrderedDictionary<string, string> Parse(string written)
    {
        var values = new OrderedDictionary<string, string>(StringComparer.Ordinal);
        string section = "";
        foreach (string line in written.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] parts = line.Split(':', 2, StringSplitOptions.TrimEntries);
            bool inSection = line[0] == ' ';
            section = inSection ? section : parts[0];
            if (parts is [string name, not ("" or "{}")])
            {
                values[inSection ? $"{section}.{name}" : name] = parts[1];
            }
        }

        return values;
    }
}

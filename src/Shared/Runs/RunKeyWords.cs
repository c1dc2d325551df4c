namespace Alignment.Shared.Runs;

/// <summary>What a key allows, in words: the same in errors, templates and forms.</summary>
internal static class RunKeyWords
{
    public static string Allowed(RunKey key)
    {
        if (key.IsSection)
        {
            return "a section with " + string.Join(", ", key.Children.Select(child => child.Name));
        }

        if (key.Doc.Forms is { } forms)
        {
            return forms;
        }

        if (key.Names.Count > 0)
        {
            return Or(key.Names);
        }

        Type type = key.ValueType;
        return type == typeof(bool) ? "true or false"
            : type == typeof(string) ? "a text"
            : type == typeof(int) || type == typeof(long) ? "whole numbers" + Range(key.Doc)
            : type == typeof(double) ? "numbers" + Range(key.Doc)
            : type == typeof(IReadOnlyList<int>) ? $"a list of {Many(key.Doc)}whole numbers" + Range(key.Doc)
            : type == typeof(IReadOnlyList<double>) ? $"a list of {Many(key.Doc)}numbers" + Range(key.Doc)
            : throw new NotSupportedException($"{key.Path}: values of type {type} have no words");
    }

    /// <summary>Joins names: a, b or c.</summary>
    public static string Or(IReadOnlyList<string> names) =>
        names.Count < 2 ? string.Concat(names) : string.Join(", ", names.SkipLast(1)) + " or " + names[^1];

    private static string Many(RunKeyAttribute doc) => doc.Count == 0 ? "" : RunValueText.Write(doc.Count) + " ";

    private static string Range(RunKeyAttribute doc)
    {
        string unit = doc.Unit is null ? "" : $" ({doc.Unit})";
        bool from = !double.IsNegativeInfinity(doc.Min), to = !double.IsPositiveInfinity(doc.Max);
        string min = RunValueText.Write(doc.Min), max = RunValueText.Write(doc.Max);
        string lower = doc.AboveMin ? $" above {min}" : $" from {min}";
        return (from, to) switch
        {
            (true, true) when doc.AboveMin == doc.BelowMax && !doc.AboveMin => $" from {min} to {max}",
            (true, true) => $"{lower} {(!doc.BelowMax ? "up to" : doc.AboveMin ? "and below" : "to below")} {max}",
            (true, false) => lower + (doc.AboveMin ? "" : " on"),
            (false, true) => $" {(doc.BelowMax ? "below" : "up to")} {max}",
            _ => "",
        } + unit;
    }
}

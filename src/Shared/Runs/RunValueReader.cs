using System.Globalization;
using System.Text.RegularExpressions;

namespace Alignment.Shared.Runs;

/// <summary>Reads the value of a key and checks it against the key's type and range.</summary>
internal static class RunValueReader
{
    /// <summary>The value, or null and what is wrong with it.</summary>
    public static (object? Value, string? Problem) Read(RunKey key, YamlNode node)
    {
        Type type = key.ValueType;
        if (node is YamlScalar { IsNull: true })
        {
            return Bad(key, "has no value");
        }

        if (type == typeof(ModuleSelection))
        {
            return Modules(key, node);
        }

        if (type == typeof(IReadOnlyList<double>))
        {
            return List(key, node, typeof(double), items => items.Cast<double>().ToArray());
        }

        if (type == typeof(IReadOnlyList<int>))
        {
            return List(key, node, typeof(int), items => items.Cast<int>().ToArray());
        }

        return node is YamlScalar scalar ? Scalar(key, scalar, type) : Bad(key, node is YamlList ? "is a list" : "is a section");
    }

    private static (object? Value, string? Problem) Scalar(RunKey key, YamlScalar scalar, Type type)
    {
        string shown = $"'{scalar.Text}'";
        if (type == typeof(string))
        {
            return Text(key, scalar.Text, shown);
        }

        if (scalar.Quoted)
        {
            return Bad(key, shown + " is text in quotes");
        }

        if (type == typeof(bool))
        {
            return scalar.Text switch { "true" => (true, null), "false" => (false, null), _ => Bad(key, shown + " is neither true nor false") };
        }

        if (type == typeof(double))
        {
            return !double.TryParse(scalar.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) || !double.IsFinite(number)
                ? Bad(key, shown + " is no number")
                : InRange(key, number) ? (number, null) : Bad(key, shown + " is out of range");
        }

        if (!long.TryParse(scalar.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long whole))
        {
            return Bad(key, shown + " is no whole number");
        }

        return !InRange(key, whole) || (type == typeof(int) && whole is < int.MinValue or > int.MaxValue) ? Bad(key, shown + " is out of range")
            : type == typeof(int) ? ((int)whole, null)
            : (whole, null);
    }

    private static (object? Value, string? Problem) Text(RunKey key, string text, string shown)
    {
        IReadOnlyList<string> names = key.Names;
        if (names.Count > 0 && !names.Contains(text))
        {
            string near = Nearest.Of(text, names) is { } name ? $" (did you mean '{name}'?)" : "";
            return Bad(key, shown + " is not known" + near);
        }

        if (key.Doc.Pattern is { } pattern && !Regex.IsMatch(text, $@"\A(?:{pattern})\z", RegexOptions.CultureInvariant))
        {
            return Bad(key, shown + " is not known");
        }

        return text.Trim().Length == 0 ? Bad(key, "is empty") : (text, null);
    }

    private static (object? Value, string? Problem) Modules(RunKey key, YamlNode node)
    {
        if (node is YamlScalar scalar)
        {
            if (scalar.Text.Trim().Length == 0)
            {
                return Bad(key, "is empty");
            }

            var selection = ModuleSelection.Of(scalar.Text);
            return selection.IsAllLinear && key.Property.Name == nameof(LoraSpec.Exclude) ? Bad(key, $"'{scalar.Text}' would exclude every layer")
                : selection.Pattern is { } pattern && !IsPattern(pattern) ? Bad(key, $"'{pattern}' is no regular expression")
                : (selection, null);
        }

        if (node is not YamlList { Items.Count: > 0 } list)
        {
            return Bad(key, node is YamlList ? "is an empty list" : "is a section");
        }

        return list.Items.All(item => item is YamlScalar { IsNull: false, Text.Length: > 0 })
            ? (ModuleSelection.Of(list.Items.Select(item => ((YamlScalar)item).Text)), null)
            : Bad(key, "has an element that is no name");
    }

    private static bool IsPattern(string pattern)
    {
        try
        {
            _ = new Regex(pattern, RegexOptions.CultureInvariant);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private static (object? Value, string? Problem) List(RunKey key, YamlNode node, Type element, Func<List<object>, object> make)
    {
        if (node is not YamlList list)
        {
            return Bad(key, node is YamlScalar scalar ? $"'{scalar.Text}' is no list" : "is a section");
        }

        var items = new List<object>();
        foreach (YamlNode item in list.Items)
        {
            (object? value, string? problem) = item is YamlScalar { IsNull: false } single ? Scalar(key, single, element) : Bad(key, "has an element that is no number");
            if (problem is not null)
            {
                return (null, problem);
            }

            items.Add(value!);
        }

        return items.Count == 0 ? Bad(key, "is an empty list")
            : key.Doc.Count > 0 && items.Count != key.Doc.Count ? Bad(key, FormattableString.Invariant($"has {items.Count} elements"))
            : (make(items), null);
    }

    private static bool InRange(RunKey key, double value) =>
        (key.Doc.AboveMin ? value > key.Doc.Min : value >= key.Doc.Min) && (key.Doc.BelowMax ? value < key.Doc.Max : value <= key.Doc.Max);

    private static (object? Value, string? Problem) Bad(RunKey key, string what)
    {
        string otherwise = key.Doc.Required ? "write such a value" : $"write such a value, or remove the key for the default ({key.DefaultText})";
        return (null, $"{what}; allowed: {key.Allowed}; {otherwise}");
    }
}

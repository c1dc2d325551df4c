using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Text;

namespace Alignment.Tokenization.Jinja;

/// <summary>Python's <c>str</c> and <c>repr</c>.</summary>
internal static class PythonPrint
{
    /// <summary>A value as <c>{{ }}</c> prints it.</summary>
    public static string Str(object? value) => value switch
    {
        string text => text,
        Undefined => "",
        _ => Repr(value),
    };

    /// <summary>A value as it prints inside a list.</summary>
    public static string Repr(object? value)
    {
        if (value is string text)
        {
            return ReprText(text);
        }

        var output = new StringBuilder();
        Write(value, output);
        return output.ToString();
    }

    private static void Write(object? value, StringBuilder output)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        switch (value)
        {
            case string text:
                output.Append(ReprText(text));
                break;
            case PythonRange range:
                output.Append(CultureInfo.InvariantCulture, $"range({range.Start}, {range.Stop}{(range.Step == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $", {range.Step}"))})");
                break;
            case PythonTuple tuple:
                WriteItems(tuple.Items, output.Append('('));
                output.Append(tuple.Items.Count == 1 ? ",)" : ")");
                break;
            case PythonSequence list:
                WriteItems(list.Items, output.Append('['));
                output.Append(']');
                break;
            case PythonDict dict:
                WriteDict(dict.Items, output);
                break;
            case PythonView view:
                WriteItems(view.Items, output.Append("dict_").Append(view.Kind).Append("(["));
                output.Append("])");
                break;
            case PythonNamespace space:
                WriteDict(space.Attributes.Select(a => new PythonTuple([a.Key, a.Value])), output.Append("<Namespace "));
                output.Append('>');
                break;
            default:
                output.Append(Scalar(value));
                break;
        }
    }

    private static string Scalar(object? value) => value switch
    {
        null => "None",
        bool flag => flag ? "True" : "False",
        long number => number.ToString(CultureInfo.InvariantCulture),
        BigInteger number => PythonNumbers.Print(number),
        double number => PythonNumbers.Print(number),
        Undefined => "Undefined",
        MacroValue macro => $"<Macro {ReprText(macro.Name ?? "None")}>",
        LoopContext loop => string.Create(CultureInfo.InvariantCulture, $"<LoopContext {loop.Index0 + 1}/{loop.Length}>"),
        _ => $"<{PythonTypes.NameOf(value)} object>",
    };

    private static void WriteItems(IReadOnlyList<object?> items, StringBuilder output)
    {
        for (int i = 0; i < items.Count; i++)
        {
            Write(items[i], i == 0 ? output : output.Append(", "));
        }
    }

    private static void WriteDict(IEnumerable<PythonTuple> items, StringBuilder output)
    {
        output.Append('{');
        string separator = "";
        foreach (PythonTuple item in items)
        {
            Write(item.Items[0], output.Append(separator));
            Write(item.Items[1], output.Append(": "));
            separator = ", ";
        }

        output.Append('}');
    }

    private static string ReprText(string text)
    {
        char quote = text.Contains('\'', StringComparison.Ordinal) && !text.Contains('"', StringComparison.Ordinal) ? '"' : '\'';
        var output = new StringBuilder(text.Length + 2).Append(quote);
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            if (char.IsSurrogatePair(text, i))
            {
                int point = char.ConvertToUtf32(text, i++);
                output.Append(IsPrintable(CharUnicodeInfo.GetUnicodeCategory(point)) ? char.ConvertFromUtf32(point) : $"\\U{point:x8}");
            }
            else
            {
                output.Append(c == quote || c == '\\' ? "\\" + c
                    : c == '\n' ? "\\n"
                    : c == '\r' ? "\\r"
                    : c == '\t' ? "\\t"
                    : c == ' ' || IsPrintable(CharUnicodeInfo.GetUnicodeCategory(c)) ? c.ToString()
                    : c > 0xFF ? $"\\u{(int)c:x4}"
                    : $"\\x{(int)c:x2}");
            }
        }

        return output.Append(quote).ToString();
    }

    /// <summary>Whether Python calls a character of this category printable (the blank aside).</summary>
    public static bool IsPrintable(UnicodeCategory category) => category is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.SpaceSeparator);
}

using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Text;

namespace Alignment.Tokenization.Jinja;

/// <summary>Python's <c>json.dumps</c> as transformers gives it to templates: non-ASCII kept, nothing escaped for HTML.</summary>
/// <param name="ensureAscii">Write non-ASCII characters as escapes.</param>
/// <param name="indent">What one level of indentation is; null for one line.</param>
/// <param name="itemSeparator">Between items.</param>
/// <param name="keySeparator">Between key and value.</param>
/// <param name="sortKeys">Order dicts by key.</param>
internal sealed class PythonJson(bool ensureAscii, string? indent, string itemSeparator, string keySeparator, bool sortKeys)
{
    private readonly StringBuilder _output = new();

    /// <summary>The filter <c>tojson(ensure_ascii, indent, separators, sort_keys)</c>.</summary>
    public static string Filter(object? value, CallArguments arguments, JinjaLimits limits)
    {
        BoundArguments bound = arguments.Bind("tojson", 0, "ensure_ascii", "indent", "separators", "sort_keys");
        string? indent = bound[1] switch
        {
            null => null,
            string text => text,
            _ => new string(' ', Math.Clamp(bound.Int(1, 0), 0, 1000)),
        };
        (string item, string key) = (indent is null ? ", " : ",", ": ");
        if (bound[2] is not null)
        {
            List<object?> pair = [.. PythonTypes.Iterate(bound[2])];
            (item, key) = pair is [string first, string second] ? (first, second) : throw JinjaException.Runtime("separators must be a pair of texts");
        }

        var json = new PythonJson(bound.IsTrue(0), indent, item, key, bound.IsTrue(3));
        json.Write(value, 0, limits);
        return json._output.ToString();
    }

    private void Write(object? value, int level, JinjaLimits limits)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        Arithmetic.Guarded(_output.Length, limits);
        switch (value)
        {
            case string text:
                WriteText(text);
                break;
            case PythonList or PythonTuple:
                WriteAll(((PythonSequence)value).Items, '[', ']', level, item => Write(item, level + 1, limits));
                break;
            case PythonDict dict:
                List<PythonTuple> items = [.. dict.Items];
                items = sortKeys ? PythonCompare.Sort(items, i => i.Items[0], reverse: false) : items;
                WriteAll(items, '{', '}', level, item =>
                {
                    WriteText(KeyText(item!.Items[0]));
                    _output.Append(keySeparator);
                    Write(item.Items[1], level + 1, limits);
                });
                break;
            default:
                _output.Append(Scalar(value) ?? throw JinjaException.Runtime($"Object of type {PythonTypes.NameOf(value)} is not JSON serializable"));
                break;
        }
    }

    private void WriteAll<T>(IReadOnlyList<T> items, char open, char close, int level, Action<T> write)
    {
        _output.Append(open);
        for (int i = 0; i < items.Count; i++)
        {
            _output.Append(i == 0 ? "" : itemSeparator);
            BreakLine(level + 1);
            write(items[i]);
        }

        if (items.Count > 0)
        {
            BreakLine(level);
        }

        _output.Append(close);
    }

    private void BreakLine(int level)
    {
        if (indent is not null)
        {
            _output.Append('\n').Insert(_output.Length, indent, level);
        }
    }

    private static string? Scalar(object? value) => value switch
    {
        null => "null",
        bool flag => flag ? "true" : "false",
        long number => number.ToString(CultureInfo.InvariantCulture),
        BigInteger number => PythonNumbers.Print(number),
        double number => double.IsFinite(number) ? PythonNumbers.Print(number) : double.IsNaN(number) ? "NaN" : number > 0 ? "Infinity" : "-Infinity",
        _ => null,
    };

    private static string KeyText(object? key) => key as string ?? Scalar(key)
        ?? throw JinjaException.Runtime($"keys must be str, int, float, bool or None, not {PythonTypes.NameOf(key)}");

    private void WriteText(string text)
    {
        _output.Append('"');
        foreach (char c in text)
        {
            _ = c switch
            {
                '"' => _output.Append("\\\""),
                '\\' => _output.Append("\\\\"),
                '\n' => _output.Append("\\n"),
                '\r' => _output.Append("\\r"),
                '\t' => _output.Append("\\t"),
                '\b' => _output.Append("\\b"),
                '\f' => _output.Append("\\f"),
                _ when c < ' ' || (ensureAscii && c > '~') => _output.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => _output.Append(c),
            };
        }

        _output.Append('"');
    }
}

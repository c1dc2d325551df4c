using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Alignment.Shared.Runs;

/// <summary>Values as a run.yaml writes them, the same in every culture.</summary>
internal static partial class RunValueText
{
    private static readonly JsonSerializerOptions Quoting = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Write(object value) => value switch
    {
        bool flag => flag ? "true" : "false",
        int number => number.ToString(CultureInfo.InvariantCulture),
        long number => number.ToString(CultureInfo.InvariantCulture),
        double number => Number(number),
        string text => Text(text),
        IEnumerable<int> list => List(list.Select(item => Write(item))),
        IEnumerable<double> list => List(list.Select(Number)),
        ModuleSelection { Names: { } names } => List(names.Select(Text)),
        ModuleSelection { Pattern: { } pattern } => Quoted(pattern),
        ModuleSelection => ModuleSelection.AllLinearName,
        _ => throw new NotSupportedException($"values of type {value.GetType()} can not be written"),
    };

    // The shortest form that reads back equal; an exponent follows a decimal point, as YAML 1.1 wants it: 5.0e-6.
    private static string Number(double value)
    {
        string text = value.ToString("R", CultureInfo.InvariantCulture);
        int at = text.IndexOf('E', StringComparison.Ordinal);
        if (at < 0)
        {
            return text;
        }

        string mantissa = text[..at];
        int exponent = int.Parse(text.AsSpan(at + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        return (mantissa.Contains('.', StringComparison.Ordinal) ? mantissa : mantissa + ".0") + "e" + exponent.ToString("+0;-0", CultureInfo.InvariantCulture);
    }

    private static string Text(string text) => PlainText().IsMatch(text) && !Reserved().IsMatch(text) ? text : Quoted(text);

    // A JSON string is a double-quoted YAML scalar.
    private static string Quoted(string text) => JsonSerializer.Serialize(text, Quoting);

    private static string List(IEnumerable<string> items) => "[" + string.Join(", ", items) + "]";

    [GeneratedRegex(@"\A[A-Za-z0-9_./~](?:[A-Za-z0-9_./~ -]*[A-Za-z0-9_./~-])?\z", RegexOptions.CultureInvariant)]
    private static partial Regex PlainText();

    // What another YAML reader would take for null, a truth value or a number.
    [GeneratedRegex(@"\A(?:~|null|true|false|yes|no|on|off|y|n|[-+.]?[0-9][0-9_.:eE+-]*|0[xo][0-9a-f]+|\.inf|\.nan)\z", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Reserved();
}

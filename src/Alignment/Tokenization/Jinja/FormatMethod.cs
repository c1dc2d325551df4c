using System.Globalization;
using System.Text;

namespace Alignment.Tokenization.Jinja;

/// <summary>Python's <c>str.format</c>, with attribute access as the sandbox allows it.</summary>
internal sealed class FormatMethod
{
    private readonly CallArguments _arguments;
    private readonly JinjaLimits _limits;
    private int _automatic;
    private bool _numbered;

    private FormatMethod(CallArguments arguments, JinjaLimits limits)
    {
        _arguments = arguments;
        _limits = limits;
    }

    /// <summary>Fills the fields of a format text.</summary>
    public static string Format(string format, CallArguments arguments, JinjaLimits limits) =>
        new FormatMethod(arguments, limits).Fill(format, depth: 2);

    private string Fill(string format, int depth)
    {
        if (depth < 0)
        {
            throw JinjaException.Runtime("Max string recursion exceeded");
        }

        var output = new StringBuilder();
        for (int i = 0; i < format.Length; i++)
        {
            char c = format[i];
            bool doubled = i + 1 < format.Length && format[i + 1] == c;
            if (c is '{' or '}' && doubled)
            {
                output.Append(c);
                i++;
            }
            else if (c == '}')
            {
                throw JinjaException.Runtime("Single '}' encountered in format string");
            }
            else if (c == '{')
            {
                int end = FieldEnd(format, i);
                output.Append(Field(format[(i + 1)..end], depth));
                Arithmetic.Guarded(output.Length, _limits);
                i = end;
            }
            else
            {
                output.Append(c);
            }
        }

        return output.ToString();
    }

    private static int FieldEnd(string format, int start)
    {
        int open = 0;
        for (int i = start; i < format.Length; i++)
        {
            open += format[i] == '{' ? 1 : format[i] == '}' ? -1 : 0;
            if (open == 0)
            {
                return i;
            }
        }

        throw JinjaException.Runtime(start + 1 == format.Length ? "Single '{' encountered in format string" : "expected '}' before end of string");
    }

    private string Field(string field, int depth)
    {
        int bracket = 0;
        int end = 0;
        while (end < field.Length && (bracket > 0 || field[end] is not (':' or '!')))
        {
            bracket += field[end] == '[' ? 1 : field[end] == ']' ? -1 : 0;
            end++;
        }

        string name = field[..end];
        string rest = field[end..];
        char conversion = '\0';
        if (rest.StartsWith('!'))
        {
            if (rest.Length < 2 || (rest.Length > 2 && rest[2] != ':'))
            {
                throw JinjaException.Runtime("expected ':' after conversion specifier");
            }

            conversion = rest[1];
            rest = rest[2..];
        }

        object? value = Value(name);
        string spec = rest.Length > 0 ? Fill(rest[1..], depth - 1) : "";
        return FormatSpec.Format(conversion switch
        {
            '\0' => value,
            's' => PythonPrint.Str(value),
            'r' or 'a' => PythonPrint.Repr(value),
            _ => throw JinjaException.Runtime($"Unknown conversion specifier {conversion}"),
        }, spec, _limits);
    }

    private object? Value(string name)
    {
        int end = name.AsSpan().IndexOfAny('.', '[');
        string first = end < 0 ? name : name[..end];
        object? value = First(first, isWhole: first.Length == name.Length);
        for (int i = first.Length; i < name.Length;)
        {
            if (name[i] == '.')
            {
                int stop = name.AsSpan(i + 1).IndexOfAny('.', '[') is >= 0 and int found ? i + 1 + found : name.Length;
                value = Members.GetAttribute(value, name[(i + 1)..stop]);
                i = stop;
            }
            else
            {
                int close = name.IndexOf(']', i);
                string key = close < 0 ? throw JinjaException.Runtime("Missing ']' in format string") : name[(i + 1)..close];
                value = Members.GetItem(value, long.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : key);
                i = close + 1;
            }
        }

        return value;
    }

    private object? First(string name, bool isWhole)
    {
        if (name.Length == 0 && isWhole)
        {
            return _numbered ? throw JinjaException.Runtime("cannot switch from manual field specification to automatic field numbering") : At(_automatic++);
        }

        if (name.Length > 0 && name.All(char.IsAsciiDigit) && int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out int index))
        {
            _numbered = _automatic == 0 ? true : throw JinjaException.Runtime("cannot switch from automatic field numbering to manual field specification");
            return At(index);
        }

        foreach ((string key, object? value) in _arguments.Named)
        {
            if (key == name)
            {
                return value;
            }
        }

        throw JinjaException.Runtime(PythonPrint.Repr(name));
    }

    private object? At(int index) => index < _arguments.Positional.Count
        ? _arguments.Positional[index]
        : throw JinjaException.Runtime($"Replacement index {index} out of range for positional args tuple");
}

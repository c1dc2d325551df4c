using System.Globalization;
using System.Numerics;
using System.Text;

namespace Alignment.Tokenization.Jinja;

/// <summary>Python's <c>format % values</c>.</summary>
internal sealed class PercentFormat
{
    private readonly string _format;
    private readonly object? _values;
    private readonly JinjaLimits _limits;
    private readonly StringBuilder _output = new();
    private int _position;
    private int _used;
    private bool _byName;

    private PercentFormat(string format, object? values, JinjaLimits limits)
    {
        _format = format;
        _values = values;
        _limits = limits;
    }

    /// <param name="Left">The flag - : text to the left.</param>
    /// <param name="Zero">The flag 0.</param>
    /// <param name="Plus">The sign to show for positive numbers, or none.</param>
    /// <param name="Alternate">The flag #.</param>
    private record struct Flags(bool Left, bool Zero, string Plus, bool Alternate);

    /// <summary>Formats a tuple of values, one value, or a dict for named fields.</summary>
    public static string Format(string format, object? values, JinjaLimits limits) => new PercentFormat(format, values, limits).Run();

    private string Run()
    {
        while (_position < _format.Length)
        {
            int next = _format.IndexOf('%', _position);
            int end = next < 0 ? _format.Length : next;
            _output.Append(_format, _position, end - _position);
            _position = end + 1;
            if (next >= 0)
            {
                Field();
                Arithmetic.Guarded(_output.Length, _limits);
            }
        }

        int given = _values is PythonTuple tuple ? tuple.Items.Count : _values is PythonDict or PythonList or PythonRange or Undefined || _byName ? _used : 1;
        return _used < given ? throw JinjaException.Runtime("not all arguments converted during string formatting") : _output.ToString();
    }

    private void Field()
    {
        int start = _position;
        object? named = null;
        bool hasName = Peek() == '(';
        if (hasName)
        {
            named = NamedValue();
        }

        Flags flags = ReadFlags();
        int width = ReadNumber() ?? 0;
        if (width < 0)
        {
            (flags.Left, width) = (true, -Math.Max(width, -int.MaxValue));
        }

        int precision = -1;
        if (Peek() == '.')
        {
            _position++;
            precision = Math.Max(0, ReadNumber() ?? 0);
        }

        while (Peek() is 'h' or 'l' or 'L')
        {
            _position++;
        }

        char type = Peek() is char c and not '\0' ? c : throw JinjaException.Runtime("incomplete format");
        _position++;
        if (type == '%' && _position == start + 1)
        {
            _output.Append('%');
            return;
        }

        (string sign, string body) = Convert(type, hasName ? named : NextValue(), precision, flags);
        Pad(sign, body, width, flags, isNumber: !"sracC".Contains(type, StringComparison.Ordinal));
    }

    private void Pad(string sign, string body, int width, Flags flags, bool isNumber)
    {
        int missing = Math.Max(0, width - PythonText.Length(sign + body));
        Arithmetic.Guarded(missing + (long)_output.Length, _limits);
        bool zero = flags is { Zero: true, Left: false } && isNumber && body is not ("inf" or "nan" or "INF" or "NAN");
        _output.Append(flags.Left || zero ? "" : new string(' ', missing)).Append(sign)
            .Append(zero ? new string('0', missing) : "").Append(body).Append(flags.Left ? new string(' ', missing) : "");
    }

    private static (string Sign, string Body) Convert(char type, object? value, int precision, Flags flags)
    {
        switch (type)
        {
            case 's' or 'r' or 'a':
                string text = type == 's' ? PythonPrint.Str(value) : PythonPrint.Repr(value);
                return ("", precision < 0 ? text : text[..PythonText.Utf16Offset(text, precision)]);
            case 'c':
                return ("", Character(value));
            case 'd' or 'i' or 'u' or 'x' or 'X' or 'o':
                BigInteger whole = ToWhole(value, type);
                string prefix = flags.Alternate && type is 'x' or 'X' or 'o' ? "0" + type : "";
                return ((whole.Sign < 0 ? "-" : flags.Plus) + prefix, NumberFormat.Whole(whole, type).PadLeft(Math.Max(0, NumberFormat.Guard(Math.Max(0, precision))), '0'));
            case 'e' or 'E' or 'f' or 'F' or 'g' or 'G':
                double real = NumberFormat.ToReal(value);
                return (double.IsNegative(real) && !double.IsNaN(real) ? "-" : flags.Plus, NumberFormat.Real(real, type, precision, flags.Alternate));
            default:
                throw JinjaException.Runtime($"unsupported format character '{type}' (0x{(int)type:x})");
        }
    }

    private static BigInteger ToWhole(object? value, char type) => value switch
    {
        bool or long or BigInteger => PythonNumbers.ToBig(value),
        double real when type is 'd' or 'i' or 'u' => PythonNumbers.ToBig(PythonNumbers.Truncate(real)),
        Undefined undefined => throw undefined.Failure(),
        _ => throw JinjaException.Runtime($"%{type} format: a {(type is 'd' or 'i' or 'u' ? "real number" : "integer")} is required, not {PythonTypes.NameOf(value)}"),
    };

    private static string Character(object? value) => value switch
    {
        string text when PythonText.Length(text) == 1 => text,
        bool flag => flag ? "\x01" : "\0",
        long code when Rune.IsValid((int)Math.Clamp(code, -1, 0x110000)) => new Rune((int)code).ToString(),
        _ => throw JinjaException.Runtime("%c requires int or char"),
    };

    private object? NamedValue()
    {
        int start = ++_position;
        for (int depth = 1; depth > 0; _position++)
        {
            depth += Peek() switch { '(' => 1, ')' => -1, '\0' => throw JinjaException.Runtime("incomplete format key"), _ => 0 };
        }

        string name = _format[start..(_position - 1)];
        _byName = true;
        PythonDict dict = _values as PythonDict ?? throw JinjaException.Runtime("format requires a mapping");
        return dict.TryGet(name, out object? value) ? value : throw JinjaException.Runtime(PythonPrint.Repr(name));
    }

    private Flags ReadFlags()
    {
        var flags = new Flags(false, false, "", false);
        for (; ; _position++)
        {
            switch (Peek())
            {
                case '-':
                    flags.Left = true;
                    break;
                case '0':
                    flags.Zero = true;
                    break;
                case '+':
                    flags.Plus = "+";
                    break;
                case ' ':
                    flags.Plus = flags.Plus == "+" ? "+" : " ";
                    break;
                case '#':
                    flags.Alternate = true;
                    break;
                default:
                    return flags;
            }
        }
    }

    /// <summary>A width or precision, if there is one.</summary>
    private int? ReadNumber()
    {
        if (Peek() == '*')
        {
            _position++;
            object? value = NextValue();
            return PythonNumbers.IsWhole(value) ? PythonTypes.ToInt(value, "*") : throw JinjaException.Runtime("* wants int");
        }

        int start = _position;
        while (char.IsAsciiDigit(Peek()))
        {
            _position++;
        }

        return start == _position ? null
            : int.TryParse(_format.AsSpan(start, _position - start), CultureInfo.InvariantCulture, out int number) ? number
            : throw JinjaException.Runtime("width too big");
    }

    private object? NextValue()
    {
        IReadOnlyList<object?> values = _values is PythonTuple tuple ? tuple.Items : [_values];
        return _used < values.Count && !_byName ? values[_used++] : throw JinjaException.Runtime("not enough arguments for format string");
    }

    private char Peek() => _position < _format.Length ? _format[_position] : '\0';
}

using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Alignment.Tokenization.Jinja;

/// <summary>The tokens inside one tag: names, literals and operators.</summary>
internal sealed partial class ExpressionLexer(string source, int position, int line)
{
    private static readonly string[] Operators =
    [
        "//", "**", "==", "!=", ">=", "<=", "+", "-", "/", "*", "%", "~", "[", "]", "(", ")", "{", "}", ">", "<", "=", ".", ":", "|", ",", ";",
    ];

    private readonly Stack<char> _open = new();
    private int _position = position;

    /// <summary>True when no bracket is open, so that the tag may end.</summary>
    public bool Balanced => _open.Count == 0;

    /// <summary>The current line.</summary>
    public int Line { get; private set; } = line;

    /// <summary>Skips white space and gives the position behind it.</summary>
    public int SkipSpace()
    {
        while (_position < source.Length && PythonText.IsSpace(source[_position]))
        {
            Line += source[_position] == '\n' ? 1 : 0;
            _position++;
        }

        return _position;
    }

    /// <summary>Reads the token at the current position.</summary>
    public JinjaToken Next()
    {
        char c = source[_position];
        if (char.IsAsciiDigit(c))
        {
            if (Number() is JinjaToken number)
            {
                return number;
            }
        }

        if (Name().Match(source, _position) is { Success: true } name)
        {
            return NameToken(name.Value);
        }

        if (c is '\'' or '"')
        {
            return String(c);
        }

        return Operator();
    }

    private JinjaToken? Number()
    {
        if ((_position == 0 || source[_position - 1] != '.') && Float().Match(source, _position) is { Success: true } real)
        {
            return Advance(real.Value, TokenKind.Float, double.Parse(real.Value.Replace("_", "", StringComparison.Ordinal), CultureInfo.InvariantCulture));
        }

        return Integer().Match(source, _position) is { Success: true } whole
            ? Advance(whole.Value, TokenKind.Integer, PythonNumbers.ParseLiteral(whole.Value.Replace("_", "", StringComparison.Ordinal)))
            : null;
    }

    private JinjaToken NameToken(string name)
    {
        Rune.DecodeFromUtf16(name, out Rune first, out _);
        return Rune.IsLetter(first) || first.Value == '_' || Rune.GetUnicodeCategory(first) == UnicodeCategory.LetterNumber
            ? Advance(name, TokenKind.Name, name)
            : throw JinjaException.Syntax("Invalid character in identifier", Line);
    }

    private JinjaToken String(char quote)
    {
        int i = _position + 1;
        while (i < source.Length && source[i] != quote)
        {
            i += source[i] == '\\' ? 2 : 1;
        }

        if (i >= source.Length)
        {
            throw JinjaException.Syntax($"unexpected char {PythonPrint.Repr(quote.ToString())} at {_position}", Line);
        }

        string raw = source[_position..(i + 1)];
        return Advance(raw, TokenKind.String, StringEscapes.Decode(raw[1..^1], Line));
    }

    private JinjaToken Operator()
    {
        string? symbol = Array.Find(Operators, o => string.CompareOrdinal(source, _position, o, 0, o.Length) == 0)
            ?? throw JinjaException.Syntax($"unexpected char {PythonPrint.Repr(Rune.GetRuneAt(source, _position).ToString())} at {_position}", Line);
        switch (symbol)
        {
            case "(" or "[" or "{":
                _open.Push(symbol[0] == '(' ? ')' : symbol[0] == '[' ? ']' : '}');
                break;
            case ")" or "]" or "}":
                if (!_open.TryPop(out char expected))
                {
                    throw JinjaException.Syntax($"unexpected '{symbol}'", Line);
                }

                if (expected != symbol[0])
                {
                    throw JinjaException.Syntax($"unexpected '{symbol}', expected '{expected}'", Line);
                }

                break;
        }

        return Advance(symbol, TokenKind.Operator, null);
    }

    private JinjaToken Advance(string text, TokenKind kind, object? value)
    {
        var token = new JinjaToken(kind, text, value, Line);
        Line += text.AsSpan().Count('\n');
        _position += text.Length;
        return token;
    }

    [GeneratedRegex(@"\G(?:[\w]|[\uD800-\uDBFF][\uDC00-\uDFFF])+")]
    private static partial Regex Name();

    [GeneratedRegex(@"\G(?:[0-9]+_)*[0-9]+(?:(?:\.(?:[0-9]+_)*[0-9]+)?[eE][+\-]?(?:[0-9]+_)*[0-9]+|\.(?:[0-9]+_)*[0-9]+)")]
    private static partial Regex Float();

    [GeneratedRegex(@"\G(?:0b(?:_?[01])+|0o(?:_?[0-7])+|0x(?:_?[0-9a-f])+|[1-9](?:_?[0-9])*|0(?:_?0)*)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Integer();
}

/// <summary>The escapes of a string literal, as Python's <c>unicode-escape</c> reads them.</summary>
internal static class StringEscapes
{
    /// <summary>The value of a literal's inside.</summary>
    public static string Decode(string raw, int line)
    {
        if (!raw.Contains('\\', StringComparison.Ordinal))
        {
            return raw;
        }

        // Python first writes non-ASCII characters as escapes, so a backslash before one is an escaped backslash.
        var text = new StringBuilder(raw.Length);
        for (int i = 0; i < raw.Length; i++)
        {
            if (raw[i] != '\\')
            {
                text.Append(raw[i]);
                continue;
            }

            i = Escape(raw, i + 1, text, line);
        }

        return text.ToString();
    }

    /// <summary>Appends the escape whose letter stands at <paramref name="i"/>; gives the position of its last character.</summary>
    private static int Escape(string raw, int i, StringBuilder text, int line)
    {
        char c = raw[i];
        int simple = "\\'\"abfnrtv".IndexOf(c, StringComparison.Ordinal);
        if (simple >= 0)
        {
            text.Append("\\'\"\a\b\f\n\r\t\v"[simple]);
            return i;
        }

        switch (c)
        {
            case '\n':
                return i;
            case 'x':
                return Hex(raw, i, 2, text, line);
            case 'u':
                return Hex(raw, i, 4, text, line);
            case 'U':
                return Hex(raw, i, 8, text, line);
            case 'N':
                throw JinjaException.Syntax("\\N{...} escapes are not supported", line);
            case >= '0' and <= '7':
                int end = i + 1;
                while (end < raw.Length && end < i + 3 && raw[end] is >= '0' and <= '7')
                {
                    end++;
                }

                text.Append((char)Convert.ToInt32(raw[i..end], 8));
                return end - 1;
            case > '\x7f':
                return NonAscii(raw, i, text);
            default:
                text.Append('\\').Append(c);
                return i;
        }
    }

    private static int Hex(string raw, int i, int digits, StringBuilder text, int line)
    {
        int end = i + 1;
        while (end < raw.Length && end <= i + digits && char.IsAsciiHexDigit(raw[end]))
        {
            end++;
        }

        if (end != i + 1 + digits)
        {
            throw JinjaException.Syntax("truncated \\" + raw[i] + new string('X', digits) + " escape", line);
        }

        uint value = uint.Parse(raw[(i + 1)..end], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        if (value > 0x10FFFF)
        {
            throw JinjaException.Syntax("illegal Unicode character", line);
        }

        text.Append(value > 0xFFFF ? char.ConvertFromUtf32((int)value) : ((char)value).ToString());
        return end - 1;
    }

    private static int NonAscii(string raw, int i, StringBuilder text)
    {
        int value = Rune.TryGetRuneAt(raw, i, out Rune rune) ? rune.Value : raw[i];
        string escape = value > 0xFFFF ? $"U{value:x8}" : value > 0xFF ? $"u{value:x4}" : $"x{value:x2}";
        text.Append('\\').Append(escape);
        return value > 0xFFFF ? i + 1 : i;
    }
}

using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

using Alignment.Shared;

namespace Alignment.Tokenization;

/// <summary>Translates one character class, and the escapes that stand inside and outside of classes.</summary>
internal sealed class OnigurumaClass(string pattern, int start, bool ignoreCase, Func<string, UserError> refuse)
{
    /// <summary>Word characters inside a class: Alphabetic, marks, decimal digits, connectors.</summary>
    private const string Word = "\\p{L}\\p{M}\\p{Nd}\\p{Nl}\\p{Pc}\\u24B6-\\u24E9";

    /// <summary>Word characters outside of a class: Oniguruma then counts Latin-1's superscripts and fractions, too.</summary>
    private const string WordAlone = Word + "\\u00B2\\u00B3\\u00B9\\u00BC-\\u00BE";

    private static readonly string[] Categories =
    [
        "L", "Lu", "Ll", "Lt", "Lm", "Lo", "M", "Mn", "Mc", "Me", "N", "Nd", "Nl", "No", "P", "Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po",
        "S", "Sm", "Sc", "Sk", "So", "Z", "Zs", "Zl", "Zp", "C", "Cc", "Cf", "Co", "Cn",
    ];

    private int _index = start;

    /// <summary>Writes the class whose '[' was read; returns the index behind its ']'.</summary>
    public int Translate(StringBuilder output)
    {
        output.Append('[');
        if (Peek() == '^')
        {
            output.Append('^');
            _index++;
        }

        if (Peek() == ']')
        {
            throw refuse("']' as the first character of a class");
        }

        while (Peek() != ']')
        {
            Item(output);
        }

        output.Append(']');
        return _index + 1;
    }

    /// <summary>A letter in both cases, with the characters that fold to it.</summary>
    public static string BothCases(char letter) => char.ToLowerInvariant(letter) switch
    {
        'k' => "kK\\u212A",
        's' => "sS\\u017F",
        char lower => $"{lower}{char.ToUpperInvariant(lower)}",
    };

    /// <summary>Translates the escape at <paramref name="index"/> (behind the backslash); returns the text and the index behind it.</summary>
    public static (string Text, int Next) Escape(string pattern, int index, bool inClass, bool ignoreCase, Func<string, UserError> refuse)
    {
        char letter = pattern[index];
        switch (letter)
        {
            case 's' or 'S':
                return ($"\\{letter}", index + 1);
            case 'd':
                return ("\\p{Nd}", index + 1);
            case 'D':
                return ("\\P{Nd}", index + 1);
            case 'w':
                return (inClass ? Word : $"[{WordAlone}]", index + 1);
            case 'W' when !inClass:
                return ($"[^{WordAlone}]", index + 1);
            case 'p' or 'P':
                return Property(pattern, index, ignoreCase, refuse);
            default:
                (char literal, int next) = Character(pattern, index, refuse);
                return (ignoreCase && char.IsAsciiLetter(literal) ? $"[{BothCases(literal)}]" : Literal(literal), next);
        }
    }

    private static (string Text, int Next) Property(string pattern, int index, bool ignoreCase, Func<string, UserError> refuse)
    {
        int close = pattern.IndexOf('}', index);
        string name = close < 0 || index + 1 >= pattern.Length || pattern[index + 1] != '{' ? "" : pattern[(index + 2)..close];
        bool cased = name is "Lu" or "Ll" or "Lt";
        return Categories.Contains(name) && !(cased && ignoreCase)
            ? ($"\\{pattern[index]}{{{name}}}", close + 1)
            : throw refuse($"the property \\{pattern[index]}{{{name}}}{(cased ? " where case is ignored" : "")}");
    }

    private static (char Literal, int Next) Character(string pattern, int index, Func<string, UserError> refuse)
    {
        char letter = pattern[index];
        switch (letter)
        {
            case 'r':
                return ('\r', index + 1);
            case 'n':
                return ('\n', index + 1);
            case 't':
                return ('\t', index + 1);
            case 'f':
                return ('\f', index + 1);
            case 'v':
                return ('\v', index + 1);
            case 'x' or 'u':
                Match match = new Regex("\\G(?:x\\{([0-9A-Fa-f]{1,4})\\}|x([0-7][0-9A-Fa-f])|u([0-9A-Fa-f]{4}))", RegexOptions.CultureInvariant).Match(pattern, index);
                if (!match.Success)
                {
                    throw refuse($"the escape \\{letter}");
                }

                string digits = match.Groups[1].Value + match.Groups[2].Value + match.Groups[3].Value;
                return ((char)int.Parse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture), index + match.Length);
            default:
                return char.IsAscii(letter) && !char.IsAsciiLetterOrDigit(letter) ? (letter, index + 1) : throw refuse($"the escape \\{letter}");
        }
    }

    private static string Literal(char character) => char.IsAsciiLetterOrDigit(character)
        ? character.ToString()
        : string.Create(CultureInfo.InvariantCulture, $"\\u{(int)character:X4}");

    private char Peek() => _index < pattern.Length ? pattern[_index] : throw refuse("an unclosed class");

    private void Item(StringBuilder output)
    {
        if (Peek() == '[' || string.CompareOrdinal(pattern, _index, "&&", 0, 2) == 0)
        {
            throw refuse($"'{Peek()}' inside a class");
        }

        if (Peek() == '\\' && _index + 1 < pattern.Length && pattern[_index + 1] is 's' or 'S' or 'd' or 'D' or 'w' or 'W' or 'p' or 'P')
        {
            (string set, _index) = Escape(pattern, _index + 1, inClass: true, ignoreCase, refuse);
            output.Append(set);
            return;
        }

        char first = Single();
        char last = first;
        if (Peek() == '-' && _index + 1 < pattern.Length && pattern[_index + 1] != ']')
        {
            _index++;
            last = Single();
        }

        Range(output, first, last);
    }

    private char Single()
    {
        if (Peek() != '\\')
        {
            return pattern[_index++];
        }

        (char literal, _index) = _index + 1 < pattern.Length ? Character(pattern, _index + 1, refuse) : throw refuse("a backslash at the end");
        return literal;
    }

    private void Range(StringBuilder output, char first, char last)
    {
        if (first > last || char.IsSurrogate(first) || char.IsSurrogate(last) || ShadowText.StandIns.Any(c => first <= c && c <= last))
        {
            throw refuse($"the range U+{(int)first:X4} to U+{(int)last:X4}");
        }

        output.Append(Literal(first));
        if (last > first)
        {
            output.Append('-').Append(Literal(last));
        }

        if (!ignoreCase)
        {
            return;
        }

        if (!char.IsAscii(last))
        {
            throw refuse($"U+{(int)last:X4} where case is ignored");
        }

        for (char c = first; c <= last; c++)
        {
            output.Append(char.IsAsciiLetter(c) ? BothCases(c) : "");
        }
    }
}

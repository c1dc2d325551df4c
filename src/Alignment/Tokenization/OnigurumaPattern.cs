using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

using Alignment.Shared;

namespace Alignment.Tokenization;

/// <summary>
/// Translates the patterns of tokenizer files (Oniguruma, Ruby syntax) to .NET's regular expressions over a
/// <see cref="ShadowText"/>. What would mean something else in .NET is translated or refused by name, never passed through.
/// </summary>
internal sealed class OnigurumaPattern
{
    private static readonly ConcurrentDictionary<string, Regex> Compiled = new(StringComparer.Ordinal);
    private static readonly string[] FoldedPairs = ["ss", "st", "ff", "fi", "fl"];

    private readonly string _pattern;
    private readonly StringBuilder _output = new();
    private readonly Stack<(int Start, bool IgnoreCase)> _groups = new();
    private int _index;
    private int _atom = -1;
    private bool _ignoreCase;
    private char _previousLetter;

    private OnigurumaPattern(string pattern) => _pattern = pattern;

    /// <summary>The .NET expression of a pattern; the same pattern is compiled once per process.</summary>
    /// <exception cref="UserError">A construct is not supported.</exception>
    public static Regex Compile(string pattern) => Compiled.GetOrAdd(pattern, static p =>
        new Regex(Translate(p), RegexOptions.Compiled | RegexOptions.CultureInvariant));

    /// <summary>The translated pattern.</summary>
    /// <exception cref="UserError">A construct is not supported.</exception>
    public static string Translate(string pattern) => new OnigurumaPattern(pattern).Run();

    private string Run()
    {
        while (_index < _pattern.Length)
        {
            char letter = _previousLetter;
            _previousLetter = '\0';
            Step(_pattern[_index++], letter);
        }

        return _groups.Count == 0 ? _output.ToString() : throw Refuse("an unclosed group");
    }

    private void Step(char current, char previousLetter)
    {
        switch (current)
        {
            case '(':
                OpenGroup();
                break;
            case ')':
                CloseGroup();
                break;
            case '[':
                _atom = _output.Length;
                _index = new OnigurumaClass(_pattern, _index, _ignoreCase, Refuse).Translate(_output);
                break;
            case '\\':
                _atom = _output.Length;
                Escape();
                break;
            case '*' or '+' or '?':
                Quantifier(current.ToString(), possessive: true);
                break;
            case '{':
                Interval();
                break;
            case '|':
                _output.Append('|');
                _atom = -1;
                break;
            case '.':
                Atom("[^\\n]");
                break;
            case '^':
                Atom("(?m:^)");
                break;
            case '$':
                Atom("(?m:$)");
                break;
            default:
                Literal(current, previousLetter);
                break;
        }
    }

    private void Literal(char current, char previousLetter)
    {
        if (char.IsSurrogate(current) || ShadowText.StandIns.Contains(current))
        {
            throw Refuse($"the literal character U+{(int)current:X4}");
        }

        if (!_ignoreCase)
        {
            Atom(Regex.Escape(current.ToString()));
            return;
        }

        if (!char.IsAscii(current))
        {
            throw Refuse($"U+{(int)current:X4} where case is ignored");
        }

        char lower = char.ToLowerInvariant(current);
        if (FoldedPairs.Contains($"{previousLetter}{lower}"))
        {
            throw Refuse($"'{previousLetter}{lower}' where case is ignored");
        }

        _previousLetter = lower;
        Atom(char.IsAsciiLetter(current) ? $"[{OnigurumaClass.BothCases(current)}]" : Regex.Escape(current.ToString()));
    }

    private void Atom(string text)
    {
        _atom = _output.Length;
        _output.Append(text);
    }

    private void OpenGroup()
    {
        _groups.Push((_output.Length, _ignoreCase));
        _atom = -1;
        foreach (string plain in (string[])["?:", "?=", "?!", "?<=", "?<!", "?>"])
        {
            if (Ahead(plain))
            {
                _output.Append('(').Append(plain);
                return;
            }
        }

        if (Ahead("?i:"))
        {
            _ignoreCase = true;
        }
        else if (Ahead("?-i:"))
        {
            _ignoreCase = false;
        }
        else if (_index < _pattern.Length && _pattern[_index] == '?')
        {
            throw Refuse($"the group '(?{_pattern[(_index + 1)..Math.Min(_pattern.Length, _index + 3)]}'");
        }

        _output.Append("(?:");
    }

    private void CloseGroup()
    {
        if (_groups.Count == 0)
        {
            throw Refuse("')' without '('");
        }

        (_atom, _ignoreCase) = _groups.Pop();
        _output.Append(')');
    }

    private void Escape()
    {
        if (_index == _pattern.Length)
        {
            throw Refuse("a backslash at the end");
        }

        char letter = _pattern[_index];
        switch (letter)
        {
            case 'A' or 'z' or 'Z':
                _index++;
                _output.Append('\\').Append(letter);
                break;
            default:
                (string set, int next) = OnigurumaClass.Escape(_pattern, _index, inClass: false, _ignoreCase, Refuse);
                _index = next;
                _output.Append(set);
                break;
        }
    }

    private void Interval()
    {
        int close = _pattern.IndexOf('}', _index);
        Match match = close < 0 ? Match.Empty : Regex.Match(_pattern[_index..close], "^([0-9]*)(,?)([0-9]*)$", RegexOptions.CultureInvariant);
        if (!match.Success || match.Groups[1].Length + match.Groups[3].Length == 0)
        {
            Literal('{', '\0');
            return;
        }

        _index = close + 1;
        string least = match.Groups[1].Length == 0 ? "0" : match.Groups[1].Value;
        if (match.Groups[2].Length == 0 && _index < _pattern.Length && _pattern[_index] == '?')
        {
            throw Refuse($"the quantifier '{{{least}}}?'");
        }

        Quantifier($"{{{least}{match.Groups[2].Value}{match.Groups[3].Value}}}", possessive: false);
    }

    private void Quantifier(string quantifier, bool possessive)
    {
        if (_atom < 0)
        {
            throw Refuse($"'{quantifier}' without something to repeat");
        }

        _output.Append(quantifier);
        if (Ahead("?"))
        {
            _output.Append('?');
        }
        else if (_index < _pattern.Length && _pattern[_index] is '+' or '*')
        {
            // x++ takes all and never gives back; x{2}+ is a repetition of a repetition.
            bool atomic = possessive && Ahead("+");
            _output.Insert(_atom, atomic ? "(?>" : "(?:").Append(')');
        }
    }

    private bool Ahead(string text)
    {
        bool found = string.CompareOrdinal(_pattern, _index, text, 0, text.Length) == 0;
        _index += found ? text.Length : 0;
        return found;
    }

    private UserError Refuse(string construct) => new(string.Create(CultureInfo.InvariantCulture,
        $"the pattern {_pattern} uses {construct} near character {Math.Min(_index, _pattern.Length)}, which is not supported"));
}

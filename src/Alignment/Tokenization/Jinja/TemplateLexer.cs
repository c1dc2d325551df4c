namespace Alignment.Tokenization.Jinja;

/// <summary>
/// Splits a template into data and the tokens inside its tags. White space follows Jinja2 with trim_blocks (the newline
/// after a block or comment tag goes) and lstrip_blocks (blanks before one at the start of a line go); <c>-</c> strips
/// everything, <c>+</c> keeps everything.
/// </summary>
internal sealed class TemplateLexer
{
    private readonly string _source;
    private readonly List<JinjaToken> _tokens = [];
    private int _position;
    private int _line = 1;
    private bool _lineStarting = true;

    private TemplateLexer(string source)
    {
        string text = source.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n');
        _source = text.EndsWith('\n') ? text[..^1] : text;
    }

    /// <summary>All tokens, ended by one of kind <see cref="TokenKind.End"/>.</summary>
    public static List<JinjaToken> Tokenize(string source)
    {
        var lexer = new TemplateLexer(source);
        while (lexer._position < lexer._source.Length)
        {
            lexer.ReadDataAndTag();
        }

        lexer.Add(TokenKind.End, "");
        return lexer._tokens;
    }

    private void ReadDataAndTag()
    {
        int tag = NextTag(_position);
        if (tag < 0)
        {
            Add(TokenKind.Data, _source[_position..]);
            _position = _source.Length;
            return;
        }

        char kind = _source[tag + 1];
        int body = tag + 2;
        char sign = body < _source.Length && _source[body] is '-' or '+' ? _source[body++] : '\0';
        string text = TrimBeforeTag(_source[_position..tag], sign, stripIndent: kind != '{');
        int next = RawTagEnd(kind, body);
        if (text.Length > 0)
        {
            Add(TokenKind.Data, text);
        }

        CountLines(_position, body);
        _position = next >= 0 ? next : body;
        if (next >= 0)
        {
            _lineStarting = _source[_position - 1] == '\n';
            ReadRaw();
        }
        else if (kind == '#')
        {
            SkipComment();
        }
        else
        {
            ReadTag(kind == '{');
        }
    }

    private int NextTag(int from)
    {
        for (int i = from; i + 1 < _source.Length; i++)
        {
            if (_source[i] == '{' && (_source[i + 1] is '{' or '%' or '#'))
            {
                return i;
            }
        }

        return -1;
    }

    private string TrimBeforeTag(string text, char sign, bool stripIndent)
    {
        if (sign == '-')
        {
            return PythonText.StripEnd(text);
        }

        if (sign == '+' || !stripIndent)
        {
            return text;
        }

        int lineStart = text.LastIndexOf('\n') + 1;
        return (lineStart > 0 || _lineStarting) && lineStart < text.Length && PythonText.StripEnd(text[lineStart..]).Length == 0
            ? text[..lineStart]
            : text;
    }

    /// <summary>The end of <c>{% raw %}</c> when the tag that starts at <paramref name="body"/> is one, else -1.</summary>
    private int RawTagEnd(char kind, int body)
    {
        if (kind != '%')
        {
            return -1;
        }

        int i = SkipSpace(body);
        if (string.CompareOrdinal(_source, i, "raw", 0, 3) != 0)
        {
            return -1;
        }

        i = SkipSpace(i + 3);
        return string.CompareOrdinal(_source, i, "-%}", 0, 3) == 0 ? SkipSpace(i + 3)
            : string.CompareOrdinal(_source, i, "%}", 0, 2) == 0 ? i + 2
            : -1;
    }

    private void ReadRaw()
    {
        int start = _position;
        for (int tag = _source.IndexOf("{%", start, StringComparison.Ordinal); tag >= 0; tag = _source.IndexOf("{%", tag + 1, StringComparison.Ordinal))
        {
            int body = tag + 2;
            char sign = body < _source.Length && _source[body] is '-' or '+' ? _source[body++] : '\0';
            body = SkipSpace(body);
            int end = string.CompareOrdinal(_source, body, "endraw", 0, 6) == 0 ? TagEnd(SkipSpace(body + 6)) : -1;
            if (end >= 0)
            {
                string text = TrimBeforeTag(_source[start..tag], sign, stripIndent: true);
                if (text.Length > 0)
                {
                    Add(TokenKind.Data, text);
                }

                MoveTo(end);
                return;
            }
        }

        throw JinjaException.Syntax("Missing end of raw directive", _line);
    }

    private void SkipComment()
    {
        int close = _source.IndexOf("#}", _position, StringComparison.Ordinal);
        if (close < 0)
        {
            throw JinjaException.Syntax("Missing end of comment tag", _line);
        }

        int end = close + 2;
        char sign = close > _position ? _source[close - 1] : '\0';
        MoveTo(sign == '-' ? SkipSpace(end) : sign != '+' && end < _source.Length && _source[end] == '\n' ? end + 1 : end);
    }

    private void ReadTag(bool variable)
    {
        Add(variable ? TokenKind.VariableBegin : TokenKind.BlockBegin, variable ? "{{" : "{%");
        var inside = new ExpressionLexer(_source, _position, _line);
        while (true)
        {
            int at = inside.SkipSpace();
            if (inside.Balanced)
            {
                int end = variable ? VariableEnd(at) : TagEnd(at);
                if (end >= 0)
                {
                    _line = inside.Line;
                    Add(variable ? TokenKind.VariableEnd : TokenKind.BlockEnd, variable ? "}}" : "%}");
                    CountLines(at, end);
                    _position = end;
                    _lineStarting = _source[end - 1] == '\n';
                    return;
                }
            }

            if (at >= _source.Length)
            {
                _line = inside.Line;
                _position = at;
                return;
            }

            _tokens.Add(inside.Next());
        }
    }

    private int VariableEnd(int at) =>
        string.CompareOrdinal(_source, at, "-}}", 0, 3) == 0 ? SkipSpace(at + 3)
        : string.CompareOrdinal(_source, at, "}}", 0, 2) == 0 ? at + 2
        : -1;

    private int TagEnd(int at)
    {
        if (string.CompareOrdinal(_source, at, "+%}", 0, 3) == 0)
        {
            return at + 3;
        }

        if (string.CompareOrdinal(_source, at, "-%}", 0, 3) == 0)
        {
            return SkipSpace(at + 3);
        }

        if (string.CompareOrdinal(_source, at, "%}", 0, 2) != 0)
        {
            return -1;
        }

        return at + 2 < _source.Length && _source[at + 2] == '\n' ? at + 3 : at + 2;
    }

    private int SkipSpace(int i)
    {
        while (i < _source.Length && PythonText.IsSpace(_source[i]))
        {
            i++;
        }

        return i;
    }

    private void MoveTo(int end)
    {
        CountLines(_position, end);
        _position = end;
        _lineStarting = end > 0 && _source[end - 1] == '\n';
    }

    private void CountLines(int from, int to) => _line += _source.AsSpan(from, to - from).Count('\n');

    private void Add(TokenKind kind, string text) => _tokens.Add(new JinjaToken(kind, text, null, _line));
}

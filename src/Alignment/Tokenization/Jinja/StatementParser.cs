using System.Runtime.CompilerServices;

namespace Alignment.Tokenization.Jinja;

/// <summary>Parses a template's data and statements.</summary>
internal sealed class StatementParser
{
    private readonly TokenStream _stream;
    private readonly ExpressionParser _expressions;
    private readonly MacroParser _macros;
    private readonly Stack<string> _openTags = new();
    private readonly Stack<string[]> _endTags = new();

    private StatementParser(string source)
    {
        _stream = new TokenStream(TemplateLexer.Tokenize(source));
        _expressions = new ExpressionParser(_stream);
        _macros = new MacroParser(_stream, _expressions, endTags => ParseBody(endTags));
    }

    /// <summary>Parses a whole template.</summary>
    public static IReadOnlyList<Statement> Parse(string source)
    {
        try
        {
            var parser = new StatementParser(source);
            return parser.ParseUntil([]);
        }
        catch (InsufficientExecutionStackException e)
        {
            throw new JinjaException(JinjaErrorKind.Syntax, "the template is nested too deeply", 0, e);
        }
    }

    private List<Statement> ParseUntil(string[] endTags)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        var body = new List<Statement>();
        while (_stream.Current.Kind != TokenKind.End)
        {
            JinjaToken token = _stream.Take();
            switch (token.Kind)
            {
                case TokenKind.Data:
                    body.Add(new Data(token.Text, token.Line));
                    break;
                case TokenKind.VariableBegin:
                    body.Add(new Print(_expressions.ParseTuple(), token.Line));
                    _stream.Expect(TokenKind.VariableEnd);
                    break;
                default:
                    if (_stream.Current.Kind == TokenKind.Name && endTags.Contains(_stream.Current.Text))
                    {
                        return body;
                    }

                    body.AddRange(ParseStatement());
                    _stream.Expect(TokenKind.BlockEnd);
                    break;
            }
        }

        return body;
    }

    /// <summary>The body of a statement up to one of its end tags, which stays the current token.</summary>
    private List<Statement> ParseBody(params string[] endTags)
    {
        _stream.SkipOperator(":");
        _stream.Expect(TokenKind.BlockEnd);
        _endTags.Push(endTags);
        List<Statement> body = ParseUntil(endTags);
        if (_stream.Current.Kind == TokenKind.End)
        {
            throw UnknownTag(null, _stream.Current.Line);
        }

        _endTags.Pop();
        return body;
    }

    /// <summary>As <see cref="ParseBody"/>, and moves past the end tag's name.</summary>
    private List<Statement> ParseWholeBody(string endTag)
    {
        List<Statement> body = ParseBody(endTag);
        _stream.Take();
        return body;
    }

    private IEnumerable<Statement> ParseStatement()
    {
        JinjaToken token = _stream.Current;
        if (token.Kind != TokenKind.Name)
        {
            throw JinjaException.Syntax("tag name expected", token.Line);
        }

        _openTags.Push(token.Text);
        IEnumerable<Statement> statements = ParseKnown(token) ?? throw Unopened(token);
        _openTags.Pop();
        return statements;
    }

    private IEnumerable<Statement>? ParseKnown(JinjaToken token)
    {
        if (token.Text is "for" or "if" or "set" or "with" or "macro" or "call" or "filter" or "generation" or "block" or "autoescape"
            or "print" or "break" or "continue" or "include" or "import" or "from" or "extends")
        {
            _stream.Take();
        }

        return token.Text switch
        {
            "for" => [ParseFor(token.Line)],
            "if" => [ParseIf(token.Line)],
            "set" => [ParseSet(token.Line)],
            "with" => [ParseWith(token.Line)],
            "macro" => [_macros.ParseMacro(token.Line)],
            "call" => [_macros.ParseCallBlock(token.Line)],
            "filter" => [new FilterBlock(_expressions.ParseFilterChain(startsInline: true), ParseWholeBody("endfilter"), token.Line)],
            "generation" => [new Generation(ParseWholeBody("endgeneration"), token.Line)],
            "block" => [ParseBlock(token.Line)],
            "autoescape" => [new Autoescape(_expressions.Parse(), ParseWholeBody("endautoescape"), token.Line)],
            "print" => ParsePrint(token.Line),
            "break" or "continue" => [new LoopControl(token.Text == "break", token.Line)],
            "include" or "import" or "from" or "extends" => [ParseLoad(token)],
            _ => null,
        };
    }

    private For ParseFor(int line)
    {
        Expression target = _expressions.ParseTarget(endName: "in");
        _stream.ExpectName("in");
        Expression items = _expressions.ParseTuple(conditional: false, endName: "recursive");
        Expression? test = _stream.SkipName("if") ? _expressions.Parse() : null;
        bool recursive = _stream.SkipName("recursive");
        List<Statement> body = ParseBody("endfor", "else");
        List<Statement> otherwise = _stream.Take().Text == "endfor" ? [] : ParseWholeBody("endfor");
        return new For(target, items, test, recursive, body, otherwise, line);
    }

    private If ParseIf(int line)
    {
        var branches = new List<(Expression, IReadOnlyList<Statement>)>();
        while (true)
        {
            Expression test = _expressions.ParseTuple(conditional: false);
            branches.Add((test, ParseBody("elif", "else", "endif")));
            switch (_stream.Take().Text)
            {
                case "elif":
                    continue;
                case "else":
                    return new If(branches, ParseWholeBody("endif"), line);
                default:
                    return new If(branches, [], line);
            }
        }
    }

    private Statement ParseSet(int line)
    {
        Expression target = _expressions.ParseTarget(withNamespace: true);
        if (_stream.SkipOperator("="))
        {
            return new Set(target, _expressions.ParseTuple(), line);
        }

        FilterCall? filter = _expressions.ParseOptionalFilterChain();
        return new SetBlock(target, filter, ParseWholeBody("endset"), line);
    }

    private With ParseWith(int line)
    {
        var values = new List<(Expression, Expression)>();
        while (_stream.Current.Kind != TokenKind.BlockEnd)
        {
            if (values.Count > 0)
            {
                _stream.ExpectOperator(",");
            }

            Expression target = _expressions.ParseTarget();
            _stream.ExpectOperator("=");
            values.Add((target, _expressions.Parse()));
        }

        return new With(values, ParseWholeBody("endwith"), line);
    }

    private List<Statement> ParsePrint(int line)
    {
        var values = new List<Statement>();
        while (_stream.Current.Kind != TokenKind.BlockEnd)
        {
            if (values.Count > 0)
            {
                _stream.ExpectOperator(",");
            }

            values.Add(new Print(_expressions.Parse(), line));
        }

        return values;
    }

    private Block ParseBlock(int line)
    {
        string name = _stream.Expect(TokenKind.Name).Text;
        bool scoped = _stream.SkipName("scoped");
        bool required = _stream.SkipName("required");
        List<Statement> body = ParseWholeBody("endblock");
        if (required && body.Any(s => s is not Data data || PythonText.Strip(data.Text).Length > 0))
        {
            throw JinjaException.Syntax("Required blocks can only contain comments or whitespace", line);
        }

        _stream.SkipName(name);
        return new Block(name, scoped, required, body, line);
    }

    private LoadTemplate ParseLoad(JinjaToken tag)
    {
        Expression template = _expressions.Parse();
        while (_stream.Current.Kind is TokenKind.Name || _stream.Current.IsOperator(","))
        {
            _stream.Take();
        }

        return new LoadTemplate(template, tag.Text == "extends", tag.Line);
    }

    private JinjaException Unopened(JinjaToken token)
    {
        _openTags.Pop();
        return UnknownTag(token.Text, token.Line);
    }

    private JinjaException UnknownTag(string? name, int line)
    {
        string message = name is null ? "Unexpected end of template." : $"Encountered unknown tag '{name}'.";
        if (_endTags.TryPeek(out string[]? expected))
        {
            string tags = string.Join(" or ", expected.Order(StringComparer.Ordinal).Select(t => $"'{t}'"));
            message += $" Jinja was looking for the following tags: {tags}.";
        }

        if (_openTags.TryPeek(out string? open))
        {
            message += $" The innermost block that needs to be closed is '{open}'.";
        }

        return JinjaException.Syntax(message, line);
    }
}

using System.Runtime.CompilerServices;
using System.Text;

namespace Alignment.Tokenization.Jinja;

/// <summary>Parses expressions by precedence, from the inline if down to literals; see <see cref="PostfixParser"/> for what follows a value.</summary>
internal sealed class ExpressionParser
{
    private static readonly HashSet<string> Comparisons = ["==", "!=", "<", "<=", ">", ">="];
    private readonly TokenStream _stream;
    private readonly PostfixParser _postfix;

    public ExpressionParser(TokenStream stream)
    {
        _stream = stream;
        _postfix = new PostfixParser(stream, this);
    }

    /// <summary>One expression.</summary>
    public Expression Parse(bool conditional = true)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        return conditional ? ParseConditional() : ParseOr();
    }

    /// <summary>One expression, or a tuple of several without brackets.</summary>
    /// <param name="conditional">Whether the inline if is allowed.</param>
    /// <param name="endName">A name that also ends the tuple.</param>
    /// <param name="parenthesised">Whether nothing at all is an empty tuple.</param>
    public Expression ParseTuple(bool conditional = true, string? endName = null, bool parenthesised = false) =>
        ParseTupleOf(() => Parse(conditional), endName, parenthesised);

    /// <summary>The target of an assignment: a name, a namespace's attribute or a tuple of these.</summary>
    public Expression ParseTarget(string? endName = null, bool withNamespace = false)
    {
        int line = _stream.Current.Line;
        Expression target = ParseTupleOf(() => ParsePrimary(withNamespace), endName, parenthesised: false);
        return CheckTarget(target, line);
    }

    /// <summary>The filters of a block: <c>a | b(1)</c>.</summary>
    public FilterCall ParseFilterChain(bool startsInline) => _postfix.ParseFilters(null, startsInline)!;

    /// <summary>The filters after the target of a set block; null if there are none.</summary>
    public FilterCall? ParseOptionalFilterChain() => _postfix.ParseFilters(null, startsInline: false);

    /// <summary>A name or literal.</summary>
    public Expression ParsePrimary(bool withNamespace = false)
    {
        JinjaToken token = _stream.Current;
        switch (token.Kind)
        {
            case TokenKind.Name:
                _stream.Take();
                return ParseName(token, withNamespace);
            case TokenKind.String:
                var text = new StringBuilder();
                while (_stream.Current.Kind == TokenKind.String)
                {
                    text.Append((string)_stream.Take().Value!);
                }

                return new Constant(text.ToString(), token.Line);
            case TokenKind.Integer or TokenKind.Float:
                return new Constant(_stream.Take().Value, token.Line);
            case TokenKind.Operator when token.Text == "(":
                _stream.Take();
                Expression inner = ParseTuple(parenthesised: true);
                _stream.ExpectOperator(")");
                return inner;
            case TokenKind.Operator when token.Text == "[":
                return ParseList();
            case TokenKind.Operator when token.Text == "{":
                return ParseDict();
            default:
                throw JinjaException.Syntax($"unexpected '{token.Described}'", token.Line);
        }
    }

    private Expression ParseName(JinjaToken token, bool withNamespace)
    {
        switch (token.Text)
        {
            case "true" or "True":
                return new Constant(true, token.Line);
            case "false" or "False":
                return new Constant(false, token.Line);
            case "none" or "None":
                return new Constant(null, token.Line);
            default:
                return withNamespace && _stream.SkipOperator(".")
                    ? new NamespaceReference(token.Text, _stream.Expect(TokenKind.Name).Text, token.Line)
                    : new NameReference(token.Text, token.Line);
        }
    }

    private Expression ParseConditional()
    {
        int line = _stream.Current.Line;
        Expression value = ParseOr();
        while (_stream.SkipName("if"))
        {
            Expression test = ParseOr();
            Expression? otherwise = _stream.SkipName("else") ? Parse() : null;
            value = new Conditional(test, value, otherwise, line);
        }

        return value;
    }

    private Expression ParseOr()
    {
        Expression left = ParseAnd();
        while (_stream.SkipName("or"))
        {
            left = new Logical(And: false, left, ParseAnd(), left.Line);
        }

        return left;
    }

    private Expression ParseAnd()
    {
        Expression left = ParseNot();
        while (_stream.SkipName("and"))
        {
            left = new Logical(And: true, left, ParseNot(), left.Line);
        }

        return left;
    }

    private Expression ParseNot()
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        int line = _stream.Current.Line;
        return _stream.SkipName("not") ? new Not(ParseNot(), line) : ParseComparison();
    }

    private Expression ParseComparison()
    {
        Expression first = ParseSum();
        var rest = new List<(string, Expression)>();
        while (true)
        {
            if (_stream.Current.Kind == TokenKind.Operator && Comparisons.Contains(_stream.Current.Text))
            {
                rest.Add((_stream.Take().Text, ParseSum()));
            }
            else if (_stream.SkipName("in"))
            {
                rest.Add(("in", ParseSum()));
            }
            else if (_stream.Current.IsName("not") && _stream.Following.IsName("in"))
            {
                _stream.Take();
                _stream.Take();
                rest.Add(("notin", ParseSum()));
            }
            else
            {
                return rest.Count == 0 ? first : new Compare(first, rest, first.Line);
            }
        }
    }

    private Expression ParseSum() => ParseBinary(ParseConcat, "+", "-");

    private Expression ParseConcat()
    {
        Expression first = ParseProduct();
        if (!_stream.Current.IsOperator("~"))
        {
            return first;
        }

        var parts = new List<Expression> { first };
        while (_stream.SkipOperator("~"))
        {
            parts.Add(ParseProduct());
        }

        return new Concat(parts, first.Line);
    }

    private Expression ParseProduct() => ParseBinary(ParsePower, "*", "/", "//", "%");

    private Expression ParsePower() => ParseBinary(() => ParseUnary(withFilters: true), "**");

    private Expression ParseBinary(Func<Expression> operand, params ReadOnlySpan<string> symbols)
    {
        Expression left = operand();
        while (_stream.Current.Kind == TokenKind.Operator && symbols.Contains(_stream.Current.Text))
        {
            string symbol = _stream.Take().Text;
            left = new Binary(symbol, left, operand(), left.Line);
        }

        return left;
    }

    private Expression ParseUnary(bool withFilters)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        int line = _stream.Current.Line;
        Expression value = _stream.SkipOperator("-") ? new Unary(Negate: true, ParseUnary(withFilters: false), line)
            : _stream.SkipOperator("+") ? new Unary(Negate: false, ParseUnary(withFilters: false), line)
            : ParsePrimary();
        value = _postfix.ParsePostfix(value);
        return withFilters ? _postfix.ParseFilterExpression(value) : value;
    }

    private Expression ParseTupleOf(Func<Expression> item, string? endName, bool parenthesised)
    {
        int line = _stream.Current.Line;
        var items = new List<Expression>();
        bool isTuple = false;
        while (true)
        {
            if (items.Count > 0)
            {
                _stream.ExpectOperator(",");
            }

            if (AtTupleEnd(endName))
            {
                break;
            }

            items.Add(item());
            if (!_stream.Current.IsOperator(","))
            {
                break;
            }

            isTuple = true;
        }

        if (isTuple || (items.Count == 0 && parenthesised))
        {
            return new TupleLiteral(items, line);
        }

        return items.Count == 1
            ? items[0]
            : throw JinjaException.Syntax($"Expected an expression, got '{_stream.Current.Described}'", _stream.Current.Line);
    }

    private bool AtTupleEnd(string? endName) =>
        _stream.Current.Kind is TokenKind.VariableEnd or TokenKind.BlockEnd
        || _stream.Current.IsOperator(")")
        || (endName is not null && _stream.Current.IsName(endName));

    private ListLiteral ParseList()
    {
        int line = _stream.ExpectOperator("[").Line;
        var items = new List<Expression>();
        while (!_stream.Current.IsOperator("]"))
        {
            if (items.Count > 0)
            {
                _stream.ExpectOperator(",");
                if (_stream.Current.IsOperator("]"))
                {
                    break;
                }
            }

            items.Add(Parse());
        }

        _stream.ExpectOperator("]");
        return new ListLiteral(items, line);
    }

    private DictLiteral ParseDict()
    {
        int line = _stream.ExpectOperator("{").Line;
        var items = new List<(Expression, Expression)>();
        while (!_stream.Current.IsOperator("}"))
        {
            if (items.Count > 0)
            {
                _stream.ExpectOperator(",");
                if (_stream.Current.IsOperator("}"))
                {
                    break;
                }
            }

            Expression key = Parse();
            _stream.ExpectOperator(":");
            items.Add((key, Parse()));
        }

        _stream.ExpectOperator("}");
        return new DictLiteral(items, line);
    }

    private static Expression CheckTarget(Expression target, int line)
    {
        foreach (Expression part in target is TupleLiteral tuple ? tuple.Items : [target])
        {
            switch (part)
            {
                case NameReference or NamespaceReference:
                    break;
                case TupleLiteral:
                    CheckTarget(part, line);
                    break;
                default:
                    throw JinjaException.Syntax($"can't assign to '{(part is Constant ? "const" : part.GetType().Name.ToLowerInvariant())}'", line);
            }
        }

        return target;
    }
}

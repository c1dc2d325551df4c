namespace Alignment.Tokenization.Jinja;

/// <summary>What may follow a value: attributes, subscripts, calls, filters and tests.</summary>
internal sealed class PostfixParser(TokenStream stream, ExpressionParser expressions)
{
    /// <summary>Attributes, subscripts and calls.</summary>
    public Expression ParsePostfix(Expression value)
    {
        while (true)
        {
            if (stream.Current.IsOperator("."))
            {
                value = ParseDot(value);
            }
            else if (stream.Current.IsOperator("["))
            {
                value = ParseSubscript(value);
            }
            else if (stream.Current.IsOperator("("))
            {
                value = ParseCall(value);
            }
            else
            {
                return value;
            }
        }
    }

    /// <summary>Filters, tests, and calls of their results.</summary>
    public Expression ParseFilterExpression(Expression value)
    {
        while (true)
        {
            if (stream.Current.IsOperator("|"))
            {
                value = ParseFilters(value, startsInline: false)!;
            }
            else if (stream.Current.IsName("is"))
            {
                value = ParseTest(value);
            }
            else if (stream.Current.IsOperator("("))
            {
                value = ParseCall(value);
            }
            else
            {
                return value;
            }
        }
    }

    /// <summary>A chain of filters; the first one stands without its bar when it starts inline.</summary>
    public FilterCall? ParseFilters(Expression? value, bool startsInline)
    {
        FilterCall? filter = null;
        while (startsInline || stream.SkipOperator("|"))
        {
            int line = stream.Current.Line;
            string name = ParseDottedName();
            ArgumentNodes arguments = stream.Current.IsOperator("(") ? ParseArguments() : ArgumentNodes.None;
            filter = new FilterCall(filter ?? value, name, arguments, line);
            startsInline = false;
        }

        return filter;
    }

    private Expression ParseTest(Expression value)
    {
        int line = stream.Take().Line;
        bool negated = stream.SkipName("not");
        string name = ParseDottedName();
        ArgumentNodes arguments = ArgumentNodes.None;
        if (stream.Current.IsOperator("("))
        {
            arguments = ParseArguments();
        }
        else if (StartsTestArgument(stream.Current))
        {
            if (stream.Current.IsName("is"))
            {
                throw JinjaException.Syntax("You cannot chain multiple tests with is", stream.Current.Line);
            }

            arguments = new ArgumentNodes([ParsePostfix(expressions.ParsePrimary())], [], null, null);
        }

        var test = new TestCall(value, name, arguments, line);
        return negated ? new Not(test, line) : test;
    }

    private static bool StartsTestArgument(JinjaToken token) => token.Kind switch
    {
        TokenKind.Name => token.Text is not ("else" or "or" or "and"),
        TokenKind.String or TokenKind.Integer or TokenKind.Float => true,
        TokenKind.Operator => token.Text is "[" or "{",
        _ => false,
    };

    private string ParseDottedName()
    {
        string name = stream.Expect(TokenKind.Name).Text;
        while (stream.SkipOperator("."))
        {
            name += "." + stream.Expect(TokenKind.Name).Text;
        }

        return name;
    }

    private Expression ParseDot(Expression value)
    {
        int line = stream.Take().Line;
        JinjaToken token = stream.Take();
        return token.Kind switch
        {
            TokenKind.Name => new GetAttribute(value, token.Text, line),
            TokenKind.Integer => new GetItem(value, new Constant(token.Value, token.Line), line),
            _ => throw JinjaException.Syntax("expected name or number", token.Line),
        };
    }

    private GetItem ParseSubscript(Expression value)
    {
        int line = stream.Take().Line;
        var items = new List<Expression>();
        while (!stream.Current.IsOperator("]"))
        {
            if (items.Count > 0)
            {
                stream.ExpectOperator(",");
            }

            items.Add(ParseSubscribed());
        }

        stream.ExpectOperator("]");
        return new GetItem(value, items.Count == 1 ? items[0] : new TupleLiteral(items, line), line);
    }

    private Expression ParseSubscribed()
    {
        int line = stream.Current.Line;
        Expression? start = null;
        if (!stream.Current.IsOperator(":"))
        {
            start = expressions.Parse();
            if (!stream.Current.IsOperator(":"))
            {
                return start;
            }
        }

        stream.ExpectOperator(":");
        Expression? stop = AtSliceEnd() || stream.Current.IsOperator(":") ? null : expressions.Parse();
        Expression? step = stream.SkipOperator(":") && !AtSliceEnd() ? expressions.Parse() : null;
        return new SliceExpression(start, stop, step, line);
    }

    private bool AtSliceEnd() => stream.Current.IsOperator("]") || stream.Current.IsOperator(",");

    private Call ParseCall(Expression target)
    {
        int line = stream.Current.Line;
        return new Call(target, ParseArguments(), line);
    }

    private ArgumentNodes ParseArguments()
    {
        int line = stream.ExpectOperator("(").Line;
        var positional = new List<Expression>();
        var named = new List<(string, Expression)>();
        Expression? star = null;
        Expression? doubleStar = null;
        for (bool first = true; !stream.Current.IsOperator(")"); first = false)
        {
            if (!first)
            {
                stream.ExpectOperator(",");
                if (stream.Current.IsOperator(")"))
                {
                    break;
                }
            }

            if (stream.SkipOperator("*"))
            {
                Ensure(star is null && doubleStar is null, line);
                star = expressions.Parse();
            }
            else if (stream.SkipOperator("**"))
            {
                Ensure(doubleStar is null, line);
                doubleStar = expressions.Parse();
            }
            else if (stream.Current.Kind == TokenKind.Name && stream.Following.IsOperator("="))
            {
                Ensure(doubleStar is null, line);
                string name = stream.Take().Text;
                stream.Take();
                named.Add((name, expressions.Parse()));
            }
            else
            {
                Ensure(star is null && doubleStar is null && named.Count == 0, line);
                positional.Add(expressions.Parse());
            }
        }

        stream.ExpectOperator(")");
        return new ArgumentNodes(positional, named, star, doubleStar);
    }

    private static void Ensure(bool valid, int line)
    {
        if (!valid)
        {
            throw JinjaException.Syntax("invalid syntax for function call expression", line);
        }
    }
}

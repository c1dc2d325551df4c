namespace Alignment.Tokenization.Jinja;

/// <summary>Parses macros and call blocks.</summary>
internal sealed class MacroParser(TokenStream stream, ExpressionParser expressions, Func<string[], List<Statement>> parseBody)
{
    public MacroDefinition ParseMacro(int line)
    {
        string name = stream.Expect(TokenKind.Name).Text;
        List<MacroParameter> parameters = ParseSignature();
        List<Statement> body = parseBody(["endmacro"]);
        stream.Take();
        return Define(name, parameters, body, line);
    }

    public CallBlock ParseCallBlock(int line)
    {
        List<MacroParameter> parameters = stream.Current.IsOperator("(") ? ParseSignature() : [];
        if (expressions.Parse() is not Call call)
        {
            throw JinjaException.Syntax("expected call", line);
        }

        List<Statement> body = parseBody(["endcall"]);
        stream.Take();
        return new CallBlock(call, Define(null, parameters, body, line), line);
    }

    private List<MacroParameter> ParseSignature()
    {
        var parameters = new List<MacroParameter>();
        stream.ExpectOperator("(");
        while (!stream.Current.IsOperator(")"))
        {
            if (parameters.Count > 0)
            {
                stream.ExpectOperator(",");
            }

            string name = stream.Expect(TokenKind.Name).Text;
            Expression? value = stream.SkipOperator("=") ? expressions.Parse() : null;
            if (value is null && parameters.Count > 0 && parameters[^1].Default is not null)
            {
                throw JinjaException.Syntax("non-default argument follows default argument", stream.Current.Line);
            }

            parameters.Add(new MacroParameter(name, value));
        }

        stream.ExpectOperator(")");
        return parameters;
    }

    private static MacroDefinition Define(string? name, List<MacroParameter> parameters, List<Statement> body, int line)
    {
        HashSet<string> used = TemplateCheck.NamesIn(body);
        bool Catches(string special) => used.Contains(special) && parameters.TrueForAll(p => p.Name != special);
        if (used.Contains("caller") && parameters.Exists(p => p.Name == "caller" && p.Default is null))
        {
            throw JinjaException.Syntax("When defining macros or call blocks the special \"caller\" argument must be omitted or be given a default.", line);
        }

        return new MacroDefinition(name, parameters, body, used.Contains("caller"), Catches("kwargs"), Catches("varargs"), line);
    }
}

namespace Alignment.Tokenization.Jinja;

/// <summary>A cursor over a template's tokens.</summary>
internal sealed class TokenStream(IReadOnlyList<JinjaToken> tokens)
{
    private int _index;

    public JinjaToken Current => tokens[_index];

    public JinjaToken Following => tokens[Math.Min(_index + 1, tokens.Count - 1)];

    /// <summary>Gives the current token and moves on; the end token stays.</summary>
    public JinjaToken Take()
    {
        JinjaToken token = Current;
        _index = Math.Min(_index + 1, tokens.Count - 1);
        return token;
    }

    public bool SkipName(string name) => Skip(Current.IsName(name));

    public bool SkipOperator(string symbol) => Skip(Current.IsOperator(symbol));

    public JinjaToken ExpectOperator(string symbol) => Expect(Current.IsOperator(symbol), symbol);

    public JinjaToken ExpectName(string name) => Expect(Current.IsName(name), name);

    public JinjaToken Expect(TokenKind kind) => Expect(Current.Kind == kind, kind switch
    {
        TokenKind.BlockEnd => "end of statement block",
        TokenKind.VariableEnd => "end of print statement",
        _ => "name",
    });

    private JinjaToken Expect(bool found, string wanted) => found ? Take()
        : throw JinjaException.Syntax(
            Current.Kind == TokenKind.End
                ? $"unexpected end of template, expected '{wanted}'."
                : $"expected token '{wanted}', got '{Current.Described}'",
            Current.Line);

    private bool Skip(bool found)
    {
        if (found)
        {
            Take();
        }

        return found;
    }
}

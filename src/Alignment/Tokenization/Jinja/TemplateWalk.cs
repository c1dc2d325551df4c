namespace Alignment.Tokenization.Jinja;

/// <summary>The parts of statements and expressions.</summary>
internal static class TemplateWalk
{
    /// <summary>The expressions that stand directly in a statement, its targets included.</summary>
    public static IEnumerable<Expression> Expressions(Statement statement) => statement switch
    {
        Print print => [print.Value],
        If branch => branch.Branches.Select(b => b.Test),
        For loop => loop.Test is null ? [loop.Target, loop.Items] : [loop.Target, loop.Items, loop.Test],
        Set set => [set.Target, set.Value],
        SetBlock set => set.Filter is null ? [set.Target] : [set.Target, set.Filter],
        With with => with.Values.SelectMany(v => new[] { v.Target, v.Value }),
        FilterBlock block => [block.Filter],
        MacroDefinition macro => macro.Parameters.Where(p => p.Default is not null).Select(p => p.Default!),
        CallBlock block => [block.Call, .. Expressions(block.Caller)],
        LoadTemplate load => [load.Template],
        Autoescape escape => [escape.Value],
        _ => [],
    };

    /// <summary>The bodies of a statement.</summary>
    public static IEnumerable<IReadOnlyList<Statement>> Bodies(Statement statement) => statement switch
    {
        If branch => [.. branch.Branches.Select(b => b.Body), branch.Else],
        For loop => [loop.Body, loop.Else],
        SetBlock set => [set.Body],
        With with => [with.Body],
        FilterBlock block => [block.Body],
        MacroDefinition macro => [macro.Body],
        CallBlock block => [block.Caller.Body],
        Generation generation => [generation.Body],
        Block block => [block.Body],
        Autoescape escape => [escape.Body],
        _ => [],
    };

    /// <summary>The parts of an expression.</summary>
    public static IEnumerable<Expression> Children(Expression expression) => expression switch
    {
        ListLiteral list => list.Items,
        TupleLiteral tuple => tuple.Items,
        DictLiteral dict => dict.Items.SelectMany(i => new[] { i.Key, i.Value }),
        Conditional conditional => Present(conditional.Test, conditional.Then, conditional.Else),
        Logical logical => [logical.Left, logical.Right],
        Not not => [not.Operand],
        Unary unary => [unary.Operand],
        Binary binary => [binary.Left, binary.Right],
        Concat concat => concat.Parts,
        Compare compare => [compare.First, .. compare.Rest.Select(r => r.Operand)],
        GetAttribute attribute => [attribute.Target],
        GetItem item => [item.Target, item.Index],
        SliceExpression slice => Present(slice.Start, slice.Stop, slice.Step),
        Call call => [call.Target, .. Parts(call.Arguments)],
        FilterCall filter => [.. Present(filter.Target), .. Parts(filter.Arguments)],
        TestCall test => [test.Target, .. Parts(test.Arguments)],
        _ => [],
    };

    private static IEnumerable<Expression> Parts(ArgumentNodes arguments) =>
        [.. arguments.Positional, .. arguments.Named.Select(n => n.Value), .. Present(arguments.Star, arguments.DoubleStar)];

    private static IEnumerable<Expression> Present(params Expression?[] parts) => parts.Where(p => p is not null).Cast<Expression>();
}

namespace Alignment.Tokenization.Jinja;

/// <summary>An expression of a template.</summary>
internal abstract record Expression(int Line);

internal sealed record Constant(object? Value, int Line) : Expression(Line);

internal sealed record NameReference(string Name, int Line) : Expression(Line);

/// <summary>The target <c>name.attribute</c> of a set statement.</summary>
internal sealed record NamespaceReference(string Name, string Attribute, int Line) : Expression(Line);

internal sealed record ListLiteral(IReadOnlyList<Expression> Items, int Line) : Expression(Line);

internal sealed record TupleLiteral(IReadOnlyList<Expression> Items, int Line) : Expression(Line);

internal sealed record DictLiteral(IReadOnlyList<(Expression Key, Expression Value)> Items, int Line) : Expression(Line);

internal sealed record Conditional(Expression Test, Expression Then, Expression? Else, int Line) : Expression(Line);

internal sealed record Logical(bool And, Expression Left, Expression Right, int Line) : Expression(Line);

internal sealed record Not(Expression Operand, int Line) : Expression(Line);

internal sealed record Unary(bool Negate, Expression Operand, int Line) : Expression(Line);

internal sealed record Binary(string Operator, Expression Left, Expression Right, int Line) : Expression(Line);

internal sealed record Concat(IReadOnlyList<Expression> Parts, int Line) : Expression(Line);

/// <summary>A chain <c>a &lt; b &lt; c</c>; operators are == != &lt; &lt;= &gt; &gt;= in, notin.</summary>
internal sealed record Compare(Expression First, IReadOnlyList<(string Operator, Expression Operand)> Rest, int Line) : Expression(Line);

internal sealed record GetAttribute(Expression Target, string Name, int Line) : Expression(Line);

internal sealed record GetItem(Expression Target, Expression Index, int Line) : Expression(Line);

internal sealed record SliceExpression(Expression? Start, Expression? Stop, Expression? Step, int Line) : Expression(Line);

internal sealed record Call(Expression Target, ArgumentNodes Arguments, int Line) : Expression(Line);

/// <summary>A filter; <see cref="Target"/> is null where the text of a block is filtered. Unknown ones in a branch fail only when they run.</summary>
internal sealed record FilterCall(Expression? Target, string Name, ArgumentNodes Arguments, int Line) : Expression(Line);

internal sealed record TestCall(Expression Target, string Name, ArgumentNodes Arguments, int Line) : Expression(Line);

internal sealed record ArgumentNodes(
    IReadOnlyList<Expression> Positional, IReadOnlyList<(string Name, Expression Value)> Named, Expression? Star, Expression? DoubleStar)
{
    public static ArgumentNodes None { get; } = new([], [], null, null);
}

/// <summary>A statement of a template.</summary>
internal abstract record Statement(int Line);

internal sealed record Data(string Text, int Line) : Statement(Line);

internal sealed record Print(Expression Value, int Line) : Statement(Line);

internal sealed record If(IReadOnlyList<(Expression Test, IReadOnlyList<Statement> Body)> Branches, IReadOnlyList<Statement> Else, int Line) : Statement(Line);

internal sealed record For(
    Expression Target, Expression Items, Expression? Test, bool Recursive, IReadOnlyList<Statement> Body, IReadOnlyList<Statement> Else, int Line) : Statement(Line);

internal sealed record LoopControl(bool Break, int Line) : Statement(Line);

internal sealed record Set(Expression Target, Expression Value, int Line) : Statement(Line);

internal sealed record SetBlock(Expression Target, FilterCall? Filter, IReadOnlyList<Statement> Body, int Line) : Statement(Line);

internal sealed record With(IReadOnlyList<(Expression Target, Expression Value)> Values, IReadOnlyList<Statement> Body, int Line) : Statement(Line);

internal sealed record FilterBlock(FilterCall Filter, IReadOnlyList<Statement> Body, int Line) : Statement(Line);

internal sealed record MacroParameter(string Name, Expression? Default);

/// <summary>A macro, or the body of a call block (then it is called <c>caller</c>).</summary>
internal sealed record MacroDefinition(
    string? Name, IReadOnlyList<MacroParameter> Parameters, IReadOnlyList<Statement> Body, bool UsesCaller, bool UsesKwargs, bool UsesVarargs, int Line) : Statement(Line);

internal sealed record CallBlock(Call Call, MacroDefinition Caller, int Line) : Statement(Line);

internal sealed record Generation(IReadOnlyList<Statement> Body, int Line) : Statement(Line);

internal sealed record Block(string Name, bool Scoped, bool Required, IReadOnlyList<Statement> Body, int Line) : Statement(Line);

/// <summary>include, import, from or extends: chat templates have no loader, so running one fails.</summary>
internal sealed record LoadTemplate(Expression Template, bool Extends, int Line) : Statement(Line);

internal sealed record Autoescape(Expression Value, IReadOnlyList<Statement> Body, int Line) : Statement(Line);

namespace Alignment.Tokenization.Jinja;

/// <summary>
/// What Jinja2 finds when it compiles a template: unknown filters and tests (inside a branch they fail only when they
/// run), assignments to <c>loop</c>, loop controls outside a loop.
/// </summary>
internal static class TemplateCheck
{
    /// <param name="Soft">Inside a branch of the current frame.</param>
    /// <param name="InLoop">Whether break and continue have a loop.</param>
    /// <param name="InFor">Inside any for statement, where <c>loop</c> must not be assigned.</param>
    private readonly record struct Frame(bool Soft, bool InLoop, bool InFor);

    /// <summary>Checks a whole template.</summary>
    public static void Check(IReadOnlyList<Statement> body)
    {
        try
        {
            CheckAll(body, default);
        }
        catch (InsufficientExecutionStackException e)
        {
            throw new JinjaException(JinjaErrorKind.Syntax, "the template is nested too deeply", 0, e);
        }
    }

    /// <summary>The names that statements use, at any depth.</summary>
    public static HashSet<string> NamesIn(IEnumerable<Statement> body)
    {
        var names = new HashSet<string>();
        foreach (Statement statement in body)
        {
            foreach (Expression expression in TemplateWalk.Expressions(statement))
            {
                Collect(expression, names);
            }

            names.UnionWith(NamesIn(TemplateWalk.Bodies(statement).SelectMany(b => b)));
        }

        return names;
    }

    private static void Collect(Expression expression, HashSet<string> names)
    {
        if (expression is NameReference name)
        {
            names.Add(name.Name);
        }

        foreach (Expression child in TemplateWalk.Children(expression))
        {
            Collect(child, names);
        }
    }

    private static void CheckAll(IEnumerable<Statement> body, Frame frame)
    {
        System.Runtime.CompilerServices.RuntimeHelpers.EnsureSufficientExecutionStack();
        foreach (Statement statement in body)
        {
            CheckStatement(statement, frame);
        }
    }

    private static void CheckStatement(Statement statement, Frame frame)
    {
        Frame inner = frame with { Soft = false };
        Frame function = inner with { InLoop = false };
        switch (statement)
        {
            case LoopControl control when !frame.InLoop:
                throw new JinjaException(JinjaErrorKind.Runtime, control.Break ? "'break' outside loop" : "'continue' not properly in loop", control.Line);
            case If branch:
                CheckExpressions(statement, frame with { Soft = true });
                CheckBodies(statement, frame with { Soft = true });
                break;
            case For loop:
                CheckExpressions(statement, frame);
                CheckTarget(loop.Target, frame with { InFor = true });
                CheckAll(loop.Body, inner with { InLoop = true, InFor = true });
                CheckAll(loop.Else, inner with { InFor = true });
                break;
            case Set or SetBlock:
                CheckTarget(statement is Set set ? set.Target : ((SetBlock)statement).Target, frame);
                CheckExpressions(statement, frame);
                CheckBodies(statement, inner);
                break;
            case MacroDefinition or CallBlock or Generation or Block:
                CheckExpressions(statement, statement is MacroDefinition ? function : frame);
                CheckBodies(statement, function);
                break;
            default:
                CheckExpressions(statement, frame);
                CheckBodies(statement, inner);
                break;
        }
    }

    private static void CheckBodies(Statement statement, Frame frame)
    {
        foreach (IReadOnlyList<Statement> body in TemplateWalk.Bodies(statement))
        {
            CheckAll(body, frame);
        }
    }

    private static void CheckExpressions(Statement statement, Frame frame)
    {
        foreach (Expression expression in TemplateWalk.Expressions(statement))
        {
            CheckExpression(expression, frame.Soft);
        }
    }

    private static void CheckExpression(Expression expression, bool soft)
    {
        System.Runtime.CompilerServices.RuntimeHelpers.EnsureSufficientExecutionStack();
        bool within = soft || expression is Conditional;
        if (!soft && expression is FilterCall filter && !JinjaFilters.All.ContainsKey(filter.Name))
        {
            throw JinjaException.Syntax($"No filter named '{filter.Name}'.", filter.Line);
        }

        if (!soft && expression is TestCall test && !JinjaTests.All.ContainsKey(test.Name))
        {
            throw JinjaException.Syntax($"No test named '{test.Name}'.", test.Line);
        }

        foreach (Expression child in TemplateWalk.Children(expression))
        {
            CheckExpression(child, within);
        }
    }

    private static void CheckTarget(Expression target, Frame frame)
    {
        if (frame.InFor && target is NameReference { Name: "loop" })
        {
            throw JinjaException.Syntax("Can't assign to special loop variable in for-loop target", target.Line);
        }

        foreach (Expression part in TemplateWalk.Children(target))
        {
            CheckTarget(part, frame);
        }
    }
}

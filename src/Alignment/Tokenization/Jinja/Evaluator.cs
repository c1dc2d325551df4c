using System.Runtime.CompilerServices;
using System.Text;

namespace Alignment.Tokenization.Jinja;

/// <summary>Evaluates expressions.</summary>
internal sealed class Evaluator(Renderer renderer)
{
    public object? Evaluate(Expression expression, Scope scope)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        renderer.Step();
        switch (expression)
        {
            case Constant constant:
                return constant.Value;
            case NameReference name:
                return renderer.Lookup(name.Name, scope);
            case GetAttribute attribute:
                return Members.GetAttribute(Evaluate(attribute.Target, scope), attribute.Name);
            case GetItem item:
                return EvaluateItem(item, scope);
            case Call call:
                return Call(call, scope, caller: null);
            case FilterCall filter:
                return Filter(filter, scope, text: null);
            case TestCall test:
                return EvaluateTest(test, scope);
            case Conditional conditional:
                return EvaluateConditional(conditional, scope);
            default:
                return EvaluateOperator(expression, scope);
        }
    }

    /// <summary>Assigns to a name, a namespace's attribute, or each part of a tuple.</summary>
    public void Assign(Expression target, object? value, Scope scope)
    {
        switch (target)
        {
            case NameReference name:
                scope.Set(name.Name, value);
                break;
            case NamespaceReference reference:
                if (renderer.Lookup(reference.Name, scope) is not PythonNamespace space)
                {
                    throw JinjaException.Runtime("cannot assign attribute on non-namespace object");
                }

                space.Attributes[reference.Attribute] = value;
                break;
            case TupleLiteral tuple:
                List<object?> parts = [.. Unpack(value, tuple.Items.Count)];
                for (int i = 0; i < parts.Count; i++)
                {
                    Assign(tuple.Items[i], parts[i], scope);
                }

                break;
        }
    }

    /// <summary>Calls something, with the body of a call block where there is one.</summary>
    public object? Call(Call call, Scope scope, MacroValue? caller)
    {
        object? target = Evaluate(call.Target, scope);
        CallArguments arguments = EvaluateArguments(call.Arguments, scope, caller);
        return target switch
        {
            ICallable callable => callable.Call(renderer, arguments),
            Undefined undefined => throw undefined.Failure(),
            _ => throw JinjaException.Runtime($"'{PythonTypes.NameOf(target)}' object is not callable"),
        };
    }

    /// <summary>Applies a chain of filters; its innermost value may be a block's text.</summary>
    public object? Filter(FilterCall filter, Scope scope, string? text)
    {
        object? value = filter.Target switch
        {
            null => text,
            FilterCall inner => Filter(inner, scope, text),
            _ => Evaluate(filter.Target, scope),
        };
        CallArguments arguments = EvaluateArguments(filter.Arguments, scope, caller: null);
        return JinjaFilters.Apply(renderer, filter.Name, value, arguments);
    }

    private bool EvaluateTest(TestCall test, Scope scope)
    {
        object? value = Evaluate(test.Target, scope);
        return JinjaTests.Apply(renderer, test.Name, value, EvaluateArguments(test.Arguments, scope, caller: null));
    }

    private object? EvaluateConditional(Conditional conditional, Scope scope) =>
        PythonTypes.IsTrue(Evaluate(conditional.Test, scope)) ? Evaluate(conditional.Then, scope)
        : conditional.Else is null ? new Undefined("the inline if-expression evaluated to false and no else section was defined.")
        : Evaluate(conditional.Else, scope);

    private object? EvaluateOperator(Expression expression, Scope scope)
    {
        switch (expression)
        {
            case Logical logical:
                object? left = Evaluate(logical.Left, scope);
                return PythonTypes.IsTrue(left) == logical.And ? Evaluate(logical.Right, scope) : left;
            case Not not:
                return !PythonTypes.IsTrue(Evaluate(not.Operand, scope));
            case Unary unary:
                return Arithmetic.Sign(Evaluate(unary.Operand, scope), unary.Negate);
            case Binary binary:
                return EvaluateBinary(binary, scope);
            case Compare compare:
                return EvaluateCompare(compare, scope);
            case Concat concat:
                var text = new StringBuilder();
                foreach (Expression part in concat.Parts)
                {
                    text.Append(PythonPrint.Str(Evaluate(part, scope)));
                    Arithmetic.Guarded(text.Length, renderer.Limits);
                }

                return text.ToString();
            case ListLiteral list:
                return new PythonList(EvaluateAll(list.Items, scope));
            case TupleLiteral tuple:
                return new PythonTuple(EvaluateAll(tuple.Items, scope));
            case DictLiteral dict:
                var entries = new PythonDict();
                foreach ((Expression key, Expression value) in dict.Items)
                {
                    object? name = Evaluate(key, scope);
                    entries.Put(name, Evaluate(value, scope));
                }

                return entries;
            default:
                throw new InvalidOperationException($"no rule for {expression.GetType().Name}");
        }
    }

    private object? EvaluateBinary(Binary binary, Scope scope)
    {
        object? left = Evaluate(binary.Left, scope);
        object? right = Evaluate(binary.Right, scope);

        // Jinja2 folds a negative literal and then lets Python's own precedence decide: -3 ** x is -(3 ** x) unless x is a literal too.
        bool folded = binary is { Operator: "**", Left: Unary { Negate: true, Operand: Constant }, Right: not (Constant or Unary { Operand: Constant }) };
        return folded
            ? Arithmetic.Sign(Arithmetic.Apply("**", Arithmetic.Sign(left, negate: true), right, renderer.Limits), negate: true)
            : Arithmetic.Apply(binary.Operator, left, right, renderer.Limits);
    }

    private bool EvaluateCompare(Compare compare, Scope scope)
    {
        object? left = Evaluate(compare.First, scope);
        foreach ((string symbol, Expression operand) in compare.Rest)
        {
            object? right = Evaluate(operand, scope);
            if (!PythonCompare.Holds(symbol, left, right))
            {
                return false;
            }

            left = right;
        }

        return true;
    }

    private object? EvaluateItem(GetItem item, Scope scope)
    {
        object? target = Evaluate(item.Target, scope);
        if (item.Index is not SliceExpression slice)
        {
            return Members.GetItem(target, Evaluate(item.Index, scope));
        }

        object? start = slice.Start is null ? null : Evaluate(slice.Start, scope);
        object? stop = slice.Stop is null ? null : Evaluate(slice.Stop, scope);
        object? step = slice.Step is null ? null : Evaluate(slice.Step, scope);
        return Slices.Take(target, start, stop, step);
    }

    private CallArguments EvaluateArguments(ArgumentNodes nodes, Scope scope, MacroValue? caller)
    {
        List<object?> positional = [.. EvaluateAll(nodes.Positional, scope)];
        List<(string, object?)> named = [.. nodes.Named.Select(n => (n.Name, Evaluate(n.Value, scope)))];
        if (caller is not null)
        {
            named.Add(("caller", caller));
        }

        if (nodes.Star is not null)
        {
            positional.AddRange(renderer.Iterate(Evaluate(nodes.Star, scope)));
        }

        if (nodes.DoubleStar is not null)
        {
            object? map = Evaluate(nodes.DoubleStar, scope);
            foreach (PythonTuple item in map is PythonDict dict
                ? dict.Items
                : throw JinjaException.Runtime($"argument after ** must be a mapping, not {PythonTypes.NameOf(map)}"))
            {
                named.Add((item.Items[0] as string ?? throw JinjaException.Runtime("keywords must be strings"), item.Items[1]));
            }
        }

        return named.Select(n => n.Item1).Distinct().Count() == named.Count
            ? new CallArguments(positional, named)
            : throw JinjaException.Runtime("got multiple values for a keyword argument");
    }

    private object?[] EvaluateAll(IReadOnlyList<Expression> expressions, Scope scope)
    {
        var values = new object?[expressions.Count];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = Evaluate(expressions[i], scope);
        }

        return values;
    }

    private IEnumerable<object?> Unpack(object? value, int count)
    {
        IEnumerable<object?> items = PythonTypes.TryIterate(value)
            ?? throw JinjaException.Runtime($"cannot unpack non-iterable {PythonTypes.NameOf(value)} object");
        List<object?> parts = [.. items.Take(count + 1)];
        return parts.Count == count
            ? parts
            : throw JinjaException.Runtime(parts.Count > count
                ? $"too many values to unpack (expected {count})"
                : $"not enough values to unpack (expected {count}, got {parts.Count})");
    }
}

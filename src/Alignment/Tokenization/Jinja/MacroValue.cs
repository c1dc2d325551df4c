namespace Alignment.Tokenization.Jinja;

/// <summary>A macro, or the body of a call block, with the frame in which it was defined.</summary>
internal sealed class MacroValue(MacroDefinition definition, Scope scope) : ICallable, IAttributes
{
    private readonly bool _explicitCaller = definition.Parameters.Any(p => p.Name == "caller");

    /// <summary>The macro's name; a call block's body has none.</summary>
    public string? Name => definition.Name;

    public object? Call(Renderer renderer, CallArguments arguments)
    {
        var frame = new Scope(scope);
        var named = arguments.Named.ToDictionary(n => n.Name, n => n.Value);
        var missing = new List<MacroParameter>();
        for (int i = 0; i < definition.Parameters.Count; i++)
        {
            MacroParameter parameter = definition.Parameters[i];
            if (i < arguments.Positional.Count)
            {
                frame.Set(parameter.Name, arguments.Positional[i]);
            }
            else if (named.Remove(parameter.Name, out object? value))
            {
                frame.Set(parameter.Name, value);
            }
            else
            {
                missing.Add(parameter);
            }
        }

        BindSpecial(arguments, named, frame);
        foreach (MacroParameter parameter in missing)
        {
            frame.Set(parameter.Name, parameter.Default is null
                ? new Undefined($"parameter '{parameter.Name}' was not provided")
                : renderer.Evaluator.Evaluate(parameter.Default, frame));
        }

        return renderer.Capture(() => renderer.Execute(definition.Body, frame));
    }

    public bool TryGetAttribute(string name, out object? value)
    {
        (bool found, value) = name switch
        {
            "name" => (true, (object?)Name),
            "arguments" => (true, new PythonList([.. definition.Parameters.Select(p => (object?)p.Name)])),
            "catch_kwargs" => (true, definition.UsesKwargs),
            "catch_varargs" => (true, definition.UsesVarargs),
            "caller" => (true, definition.UsesCaller),
            "explicit_caller" => (true, _explicitCaller),
            _ => (false, null),
        };
        return found;
    }

    private void BindSpecial(CallArguments arguments, Dictionary<string, object?> named, Scope frame)
    {
        if (definition.UsesCaller && !_explicitCaller)
        {
            frame.Set("caller", named.Remove("caller", out object? caller) && caller is not null ? caller : new Undefined("No caller defined"));
        }

        if (definition.UsesKwargs)
        {
            var dict = new PythonDict();
            foreach ((string name, object? value) in named)
            {
                dict.Put(name, value);
            }

            frame.Set("kwargs", dict);
        }
        else if (named.Count > 0)
        {
            throw JinjaException.Runtime(named.ContainsKey("caller")
                ? $"macro '{Name}' was invoked with two values for the special caller argument. This is most likely a bug."
                : $"macro '{Name}' takes no keyword argument '{named.Keys.First()}'");
        }

        if (definition.UsesVarargs)
        {
            frame.Set("varargs", new PythonTuple([.. arguments.Positional.Skip(definition.Parameters.Count)]));
        }
        else if (arguments.Positional.Count > definition.Parameters.Count)
        {
            throw JinjaException.Runtime($"macro '{Name}' takes not more than {definition.Parameters.Count} argument(s)");
        }
    }
}

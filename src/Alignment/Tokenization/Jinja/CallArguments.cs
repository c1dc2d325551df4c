namespace Alignment.Tokenization.Jinja;

/// <summary>The evaluated arguments of a call.</summary>
internal sealed record CallArguments(IReadOnlyList<object?> Positional, IReadOnlyList<(string Name, object? Value)> Named)
{
    public static CallArguments None { get; } = new([], []);

    /// <summary>Assigns the arguments to parameters.</summary>
    /// <param name="function">The function's name, for errors.</param>
    /// <param name="required">How many of the parameters have no default.</param>
    /// <param name="parameters">The parameters' names.</param>
    /// <exception cref="JinjaException">An argument is missing, unknown or one too many.</exception>
    public BoundArguments Bind(string function, int required, params string[] parameters)
    {
        if (Positional.Count > parameters.Length)
        {
            throw JinjaException.Runtime($"{function}() takes {parameters.Length} arguments but {Positional.Count} were given");
        }

        var given = new bool[parameters.Length];
        var values = new object?[parameters.Length];
        for (int i = 0; i < Positional.Count; i++)
        {
            (given[i], values[i]) = (true, Positional[i]);
        }

        foreach ((string name, object? value) in Named)
        {
            int at = Array.IndexOf(parameters, name);
            if (at < 0 || given[at])
            {
                throw JinjaException.Runtime(at < 0
                    ? $"{function}() got an unexpected keyword argument '{name}'"
                    : $"{function}() got multiple values for argument '{name}'");
            }

            (given[at], values[at]) = (true, value);
        }

        int missing = Array.FindIndex(given, 0, required, g => !g);
        return missing < 0
            ? new BoundArguments(given, values)
            : throw JinjaException.Runtime($"{function}() missing required argument: '{parameters[missing]}'");
    }

    /// <summary>The arguments after the first positional ones.</summary>
    public CallArguments Skip(int count) => this with { Positional = [.. Positional.Skip(count)] };
}

/// <summary>Arguments by the place of their parameter.</summary>
internal sealed class BoundArguments(bool[] given, object?[] values)
{
    /// <summary>The value, null (None) where none was given.</summary>
    public object? this[int parameter] => values[parameter];

    public bool Has(int parameter) => given[parameter];

    public bool IsTrue(int parameter, bool fallback = false) => given[parameter] ? PythonTypes.IsTrue(values[parameter]) : fallback;

    public int Int(int parameter, int fallback) => given[parameter] ? PythonTypes.ToInt(values[parameter], "argument") : fallback;

    public string Text(int parameter, string fallback) => given[parameter] ? RequireText(values[parameter]) : fallback;

    public string? TextOrNull(int parameter) => values[parameter] is null ? null : RequireText(values[parameter]);

    private static string RequireText(object? value) => value switch
    {
        string text => text,
        Undefined undefined => throw undefined.Failure(),
        _ => throw JinjaException.Runtime($"must be str, not {PythonTypes.NameOf(value)}"),
    };
}

namespace Alignment.Tokenization.Jinja;

/// <summary>A filter: the value before the bar and the arguments in brackets.</summary>
internal delegate object? JinjaFilter(Renderer renderer, object? value, CallArguments arguments);

/// <summary>All filters by name.</summary>
internal static class JinjaFilters
{
    public static IReadOnlyDictionary<string, JinjaFilter> All { get; } =
        new[] { TextFilters.All, SequenceFilters.All, SelectionFilters.All, NumberFilters.All }
            .SelectMany(group => group).ToDictionary(f => f.Key, f => f.Value);

    /// <summary>Applies a filter by name.</summary>
    public static object? Apply(Renderer renderer, string name, object? value, CallArguments arguments)
    {
        renderer.Step();
        return All.TryGetValue(name, out JinjaFilter? filter)
            ? filter(renderer, value, arguments)
            : throw JinjaException.Runtime($"No filter named '{name}' found.");
    }

    /// <summary>Texts in lower case, other values as they are: how sorting and comparing filters ignore case.</summary>
    public static object? IgnoreCase(object? value) => value is string text ? PythonCase.Lower(text) : value;
}

namespace Alignment.Tokenization.Jinja;

/// <summary>Variables of one frame; a loop's turn, a macro's call and a block each have their own, inside the one where they stand.</summary>
internal sealed class Scope(Scope? parent)
{
    private readonly Dictionary<string, object?> _variables = [];

    /// <summary>Assigns in this frame.</summary>
    public void Set(string name, object? value) => _variables[name] = value;

    /// <summary>The value of the innermost frame that has the name.</summary>
    public bool TryGet(string name, out object? value)
    {
        for (Scope? scope = this; scope is not null; scope = scope.Outer)
        {
            if (scope._variables.TryGetValue(name, out value))
            {
                return true;
            }
        }

        value = null;
        return false;
    }

    private Scope? Outer { get; } = parent;
}

namespace Alignment.Tokenization.Jinja;

/// <summary>Why a template could not be rendered.</summary>
public enum JinjaErrorKind
{
    /// <summary>The template's text is no valid template.</summary>
    Syntax,

    /// <summary>The template itself refused its input by <c>raise_exception</c>.</summary>
    Raised,

    /// <summary>Evaluating the template failed (undefined value, wrong type, a limit of the sandbox …).</summary>
    Runtime,
}

/// <summary>An error of a Jinja template; <see cref="Kind"/> says whether the text, the template's own check or its evaluation failed.</summary>
public sealed class JinjaException(JinjaErrorKind kind, string message, int line = 0, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>What failed.</summary>
    public JinjaErrorKind Kind { get; } = kind;

    /// <summary>The 1-based line of the template, 0 where it is not known.</summary>
    public int Line { get; } = line;

    internal static JinjaException Syntax(string message, int line) => new(JinjaErrorKind.Syntax, message, line);

    internal static JinjaException Runtime(string message) => new(JinjaErrorKind.Runtime, message);
}

namespace Alignment.Tokenization.Jinja;

/// <summary>Bounds of one rendering, so that no template can hold a process: exceeding one is a <see cref="JinjaErrorKind.Runtime"/> error.</summary>
public sealed record JinjaLimits
{
    /// <summary>The largest number of statements, expressions and loop turns of one rendering.</summary>
    public long MaxSteps { get; init; } = 20_000_000;

    /// <summary>The longest text, in UTF-16 units, that a rendering or one value may have.</summary>
    public int MaxTextLength { get; init; } = 64 * 1024 * 1024;

    /// <summary>The longest <c>range</c>: the number that Jinja2's sandbox uses.</summary>
    public int MaxRange { get; init; } = 100_000;
}

/// <summary>What a rendering gave.</summary>
/// <param name="Text">The text.</param>
/// <param name="GenerationSpans">The parts of <paramref name="Text"/> inside <c>{% generation %}</c>, in UTF-16 units, end exclusive, in the order in which they closed.</param>
public sealed record JinjaResult(string Text, IReadOnlyList<(int Start, int End)> GenerationSpans);

/// <summary>
/// A Jinja template as Jinja2 3.1 defines the language, in the environment in which transformers renders chat templates:
/// immutable sandbox, trim_blocks and lstrip_blocks on, no autoescape, loop controls, <c>raise_exception</c>,
/// <c>strftime_now</c>, <c>tojson</c> without HTML escaping, <c>{% generation %}</c>. Values print as in Python.
/// Thread-safe after parsing.
/// </summary>
public sealed class JinjaTemplate
{
    private readonly IReadOnlyList<Statement> _body;

    private JinjaTemplate(string source)
    {
        Source = source;
        _body = StatementParser.Parse(source);
        TemplateCheck.Check(_body);
    }

    /// <summary>The template's text.</summary>
    public string Source { get; }

    /// <summary>Parses a template.</summary>
    /// <exception cref="JinjaException">The text is no valid template.</exception>
    public static JinjaTemplate Parse(string source) => new(source);

    /// <summary>
    /// Renders the template. Values of the context may be null, bool, integers, double, string, JSON nodes and elements,
    /// dictionaries with string keys and sequences of these; they are read, never changed.
    /// </summary>
    /// <param name="context">The variables.</param>
    /// <param name="clock">The clock of <c>strftime_now</c>, read in its local time zone; the system's by default.</param>
    /// <param name="limits">Bounds of the rendering.</param>
    /// <exception cref="JinjaException">The rendering failed.</exception>
    public string Render(IReadOnlyDictionary<string, object?> context, TimeProvider? clock = null, JinjaLimits? limits = null) =>
        RenderWithSpans(context, clock, limits).Text;

    /// <summary>Renders the template and says which parts are inside <c>{% generation %}</c>.</summary>
    /// <inheritdoc cref="Render"/>
    public JinjaResult RenderWithSpans(IReadOnlyDictionary<string, object?> context, TimeProvider? clock = null, JinjaLimits? limits = null) =>
        Run(new Renderer(ContextValues.Convert(context), clock ?? TimeProvider.System, limits ?? new JinjaLimits()));

    private JinjaResult Run(Renderer renderer)
    {
        try
        {
            return renderer.Render(_body);
        }
        catch (InsufficientExecutionStackException e)
        {
            throw new JinjaException(JinjaErrorKind.Runtime, "maximum recursion depth exceeded", 0, e);
        }
    }
}

using System.Runtime.CompilerServices;
using System.Text;

namespace Alignment.Tokenization.Jinja;

/// <summary>One rendering: runs statements, collects the text, and counts steps against the limits.</summary>
internal sealed class Renderer
{
    private enum Signal
    {
        None,
        Break,
        Continue,
    }

    private readonly StringBuilder _root = new();
    private readonly List<(int Start, int End)> _spans = [];
    private readonly IReadOnlyDictionary<string, object?> _context;
    private readonly Scope _top = new(null);
    private StringBuilder _output;
    private long _steps;

    public Renderer(IReadOnlyDictionary<string, object?> context, TimeProvider clock, JinjaLimits limits)
    {
        _output = _root;
        _context = context;
        Limits = limits;
        Clock = clock;
        Evaluator = new Evaluator(this);
    }

    public JinjaLimits Limits { get; }

    public TimeProvider Clock { get; }

    public Evaluator Evaluator { get; }

    /// <summary>Renders a whole template.</summary>
    public JinjaResult Render(IReadOnlyList<Statement> body)
    {
        Execute(body, _top);
        return new JinjaResult(_root.ToString(), _spans);
    }

    /// <summary>A variable of the frames, the context or the globals; undefined if nothing has the name.</summary>
    public object? Lookup(string name, Scope scope) =>
        scope.TryGet(name, out object? value) || _context.TryGetValue(name, out value) || JinjaGlobals.All.TryGetValue(name, out value)
            ? value
            : Undefined.Name(name);

    /// <summary>Counts one step of work.</summary>
    public void Step()
    {
        if (++_steps > Limits.MaxSteps)
        {
            throw JinjaException.Runtime($"the template does more than {Limits.MaxSteps} steps");
        }
    }

    /// <summary>Items of a value, each counted as a step.</summary>
    public IEnumerable<object?> Iterate(object? value) => Counted(PythonTypes.Iterate(value));

    /// <summary>The text that an action writes.</summary>
    public string Capture(Action action)
    {
        StringBuilder outer = _output;
        _output = new StringBuilder();
        try
        {
            action();
            return _output.ToString();
        }
        finally
        {
            _output = outer;
        }
    }

    /// <summary>Runs statements whose loop controls cannot leave them.</summary>
    public void Execute(IReadOnlyList<Statement> body, Scope scope) => Run(body, scope);

    private Signal Run(IReadOnlyList<Statement> body, Scope scope)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        foreach (Statement statement in body)
        {
            Step();
            Signal signal = RunOne(statement, scope);
            if (signal != Signal.None)
            {
                return signal;
            }
        }

        return Signal.None;
    }

    private Signal RunOne(Statement statement, Scope scope)
    {
        switch (statement)
        {
            case Data data:
                Write(data.Text);
                return Signal.None;
            case Print print:
                Write(PythonPrint.Str(Evaluator.Evaluate(print.Value, scope)));
                return Signal.None;
            case If branch:
                return RunIf(branch, scope);
            case For loop:
                return RunFor(loop, scope);
            case LoopControl control:
                return control.Break ? Signal.Break : Signal.Continue;
            case With with:
                return Run(with.Body, WithScope(with, scope));
            case Autoescape escape:
                return RunAutoescape(escape, scope);
            case SetBlock or FilterBlock:
                return RunCaptured(statement, scope);
            default:
                RunSimple(statement, scope);
                return Signal.None;
        }
    }

    private void RunSimple(Statement statement, Scope scope)
    {
        switch (statement)
        {
            case Set set:
                Evaluator.Assign(set.Target, Evaluator.Evaluate(set.Value, scope), scope);
                break;
            case MacroDefinition macro:
                scope.Set(macro.Name!, new MacroValue(macro, scope));
                break;
            case CallBlock block:
                object? result = Evaluator.Call(block.Call, scope, new MacroValue(block.Caller, scope));
                Write(PythonPrint.Str(result));
                break;
            case Generation generation:
                RunGeneration(generation, scope);
                break;
            case Block block when block.Required:
                throw JinjaException.Runtime($"Required block '{block.Name}' not found");
            case Block block:
                Write(Capture(() => Run(block.Body, new Scope(block.Scoped ? scope : _top))));
                break;
            case LoadTemplate load:
                Evaluator.Evaluate(load.Template, scope);
                throw JinjaException.Runtime("no loader for this environment specified");
            default:
                throw new InvalidOperationException($"no rule for {statement.GetType().Name}");
        }
    }

    private Signal RunIf(If branch, Scope scope)
    {
        foreach ((Expression test, IReadOnlyList<Statement> body) in branch.Branches)
        {
            if (PythonTypes.IsTrue(Evaluator.Evaluate(test, scope)))
            {
                return Run(body, scope);
            }
        }

        return Run(branch.Else, scope);
    }

    private Signal RunFor(For loop, Scope scope)
    {
        object? items = Evaluator.Evaluate(loop.Items, scope);
        if (!loop.Recursive)
        {
            return RunLoop(loop, items, scope, depth: 0);
        }

        Write(Capture(() => RunLoop(loop, items, scope, depth: 0)));
        return Signal.None;
    }

    private Signal RunLoop(For loop, object? value, Scope scope, int depth)
    {
        IEnumerable<object?> items = Iterate(value);
        int? length = loop.Test is null ? PythonTypes.LengthOf(value) : null;
        items = loop.Test is null ? items : Filtered(loop, items, scope);
        var context = new LoopContext(items, length, depth, loop.Recursive
            ? (inner, level) => Capture(() => RunLoop(loop, inner, scope, level))
            : null);
        // As in Jinja2, a turn counts only when it reached its end: the else part follows a loop whose turns were all cut short.
        bool ran = false;
        while (context.MoveNext(out object? item))
        {
            var frame = new Scope(scope);
            frame.Set("loop", context);
            Evaluator.Assign(loop.Target, item, frame);
            Signal signal = Run(loop.Body, frame);
            ran |= signal == Signal.None;
            if (signal == Signal.Break)
            {
                break;
            }
        }

        return ran ? Signal.None : Run(loop.Else, new Scope(scope));
    }

    private IEnumerable<object?> Filtered(For loop, IEnumerable<object?> items, Scope scope)
    {
        foreach (object? item in items)
        {
            var frame = new Scope(scope);
            Evaluator.Assign(loop.Target, item, frame);
            if (PythonTypes.IsTrue(Evaluator.Evaluate(loop.Test!, frame)))
            {
                yield return item;
            }
        }
    }

    private Scope WithScope(With with, Scope scope)
    {
        var frame = new Scope(scope);
        foreach ((Expression target, Expression value) in with.Values)
        {
            Evaluator.Assign(target, Evaluator.Evaluate(value, scope), frame);
        }

        return frame;
    }

    private Signal RunCaptured(Statement statement, Scope scope)
    {
        Signal signal = Signal.None;
        IReadOnlyList<Statement> body = statement is SetBlock block ? block.Body : ((FilterBlock)statement).Body;
        string text = Capture(() => signal = Run(body, new Scope(scope)));
        if (signal != Signal.None)
        {
            return signal;
        }

        if (statement is SetBlock set)
        {
            Evaluator.Assign(set.Target, set.Filter is null ? text : Evaluator.Filter(set.Filter, scope, text), scope);
        }
        else
        {
            Write(PythonPrint.Str(Evaluator.Filter(((FilterBlock)statement).Filter, scope, text)));
        }

        return Signal.None;
    }

    private Signal RunAutoescape(Autoescape escape, Scope scope) => PythonTypes.IsTrue(Evaluator.Evaluate(escape.Value, scope))
        ? throw JinjaException.Runtime("autoescape is not supported: chat templates are rendered without escaping")
        : Run(escape.Body, new Scope(scope));

    /// <summary>The span starts where the template's own text, not a buffer's, has got to: so does transformers'.</summary>
    private void RunGeneration(Generation generation, Scope scope)
    {
        int start = _root.Length;
        string text = Capture(() => Run(generation.Body, new Scope(scope)));
        _spans.Add((start, start + text.Length));
        Write(text);
    }

    private void Write(string text)
    {
        Arithmetic.Guarded(_output.Length + (long)text.Length, Limits);
        _output.Append(text);
    }

    private IEnumerable<object?> Counted(IEnumerable<object?> items)
    {
        foreach (object? item in items)
        {
            Step();
            yield return item;
        }
    }
}

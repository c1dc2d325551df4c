namespace Alignment.Tokenization.Jinja;

/// <summary>The variable <c>loop</c>: looks at most one item ahead, and counts only when it is asked.</summary>
internal sealed class LoopContext : IAttributes, ICallable
{
    private static readonly object Missing = new();

    private readonly int? _knownLength;
    private readonly int _depth;
    private readonly Func<object?, int, string>? _recurse;
    private IEnumerator<object?> _items;
    private object? _ahead = Missing;
    private object? _before = Missing;
    private object? _current = Missing;
    private object? _changed = Missing;
    private int? _length;

    /// <param name="items">What the loop goes over.</param>
    /// <param name="knownLength">Its length where it has one.</param>
    /// <param name="depth">How deep a recursive loop is, from 0.</param>
    /// <param name="recurse">Renders the loop on other items at a depth; null if the loop is not recursive.</param>
    public LoopContext(IEnumerable<object?> items, int? knownLength, int depth, Func<object?, int, string>? recurse)
    {
        _items = items.GetEnumerator();
        _knownLength = knownLength;
        _depth = depth;
        _recurse = recurse;
    }

    /// <summary>The turn, from 0.</summary>
    public int Index0 { get; private set; } = -1;

    /// <summary>The number of turns; an iterator is read to its end for it.</summary>
    public int Length
    {
        get
        {
            if (_length is null && _knownLength is null)
            {
                var rest = new List<object?>();
                while (_items.MoveNext())
                {
                    rest.Add(_items.Current);
                }

                _items = rest.GetEnumerator();
                _length = rest.Count + Index0 + 1 + (ReferenceEquals(_ahead, Missing) ? 0 : 1);
            }

            return _length ??= _knownLength!.Value;
        }
    }

    /// <summary>Goes to the next item.</summary>
    public bool MoveNext(out object? item)
    {
        bool has = Peek();
        item = _ahead;
        if (has)
        {
            Index0++;
            _before = _current;
            _current = item;
            _ahead = Missing;
        }

        return has;
    }

    public object? Call(Renderer renderer, CallArguments arguments) => _recurse is null
        ? throw JinjaException.Runtime("The loop must have the 'recursive' marker to be called recursively.")
        : _recurse(arguments.Bind("loop", 1, "iterable")[0], _depth + 1);

    public bool TryGetAttribute(string name, out object? value)
    {
        (bool found, value) = name switch
        {
            "index0" => (true, (object?)(long)Index0),
            "index" => (true, Index0 + 1L),
            "revindex0" => (true, (long)Length - Index0 - 1),
            "revindex" => (true, (long)Length - Index0),
            "first" => (true, Index0 == 0),
            "last" => (true, !Peek()),
            "length" => (true, (long)Length),
            "depth0" => (true, (long)_depth),
            "depth" => (true, _depth + 1L),
            "previtem" => (true, Index0 == 0 ? new Undefined("there is no previous item") : _before),
            "nextitem" => (true, Peek() ? _ahead : new Undefined("there is no next item")),
            "cycle" => (true, new PythonFunction("cycle", (_, arguments) => Cycle(arguments.Positional))),
            "changed" => (true, new PythonFunction("changed", (_, arguments) => Changed(arguments.Positional))),
            _ => (false, null),
        };
        return found;
    }

    private bool Peek()
    {
        if (ReferenceEquals(_ahead, Missing) && _items.MoveNext())
        {
            _ahead = _items.Current;
        }

        return !ReferenceEquals(_ahead, Missing);
    }

    private object? Cycle(IReadOnlyList<object?> values) => values.Count == 0
        ? throw JinjaException.Runtime("no items for cycling given")
        : values[Index0 % values.Count];

    private object Changed(IReadOnlyList<object?> values)
    {
        var value = new PythonTuple(values);
        if (_changed is PythonTuple last && PythonCompare.AreEqual(last, value))
        {
            return false;
        }

        _changed = value;
        return true;
    }
}

using System.Collections;

namespace Alignment.Tokenization.Jinja;

/// <summary>
/// Values of templates: null is None; bool, long and BigInteger (only beyond long), double and string are Python's;
/// everything else is one of the types in this file.
/// </summary>
internal abstract class PythonSequence(IReadOnlyList<object?> items)
{
    public IReadOnlyList<object?> Items { get; } = items;
}

internal sealed class PythonList(IReadOnlyList<object?> items) : PythonSequence(items);

/// <summary>A tuple, possibly with names for its items (the groups of <c>groupby</c>).</summary>
internal sealed class PythonTuple(IReadOnlyList<object?> items, params string[] names) : PythonSequence(items)
{
    public IReadOnlyList<string> Names { get; } = names;
}

/// <summary>A range; its items are computed.</summary>
internal sealed class PythonRange(long start, long stop, long step, int length) : PythonSequence(new Numbers(start, step, length))
{
    public long Start { get; } = start;

    public long Stop { get; } = stop;

    public long Step { get; } = step;

    private sealed class Numbers(long start, long step, int length) : IReadOnlyList<object?>
    {
        public int Count => length;

        public object? this[int index] => start + step * index;

        public IEnumerator<object?> GetEnumerator() => Enumerable.Range(0, length).Select(i => this[i]).GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}

/// <summary>A dict: keys by Python's equality, in the order of insertion.</summary>
internal sealed class PythonDict
{
    private readonly Dictionary<Key, int> _index = [];
    private readonly List<object?> _keys = [];
    private readonly List<object?> _values = [];

    public int Count => _keys.Count;

    public IReadOnlyList<object?> Keys => _keys;

    public IReadOnlyList<object?> Values => _values;

    public IEnumerable<PythonTuple> Items => _keys.Select((key, i) => new PythonTuple([key, _values[i]]));

    /// <summary>Adds or replaces; a replaced key keeps its place.</summary>
    public void Put(object? key, object? value)
    {
        if (_index.TryGetValue(new Key(key), out int at))
        {
            _values[at] = value;
            return;
        }

        _index[new Key(key)] = _keys.Count;
        _keys.Add(key);
        _values.Add(value);
    }

    public bool TryGet(object? key, out object? value)
    {
        bool found = _index.TryGetValue(new Key(key), out int at);
        value = found ? _values[at] : null;
        return found;
    }

    private readonly struct Key(object? value) : IEquatable<Key>
    {
        private readonly object? _value = value;

        public bool Equals(Key other) => PythonCompare.AreEqual(_value, other._value);

        public override bool Equals(object? obj) => obj is Key other && Equals(other);

        public override int GetHashCode() => PythonCompare.Hash(_value);
    }
}

/// <summary>What <c>dict.keys()</c>, <c>.values()</c> and <c>.items()</c> give.</summary>
internal sealed class PythonView(string kind, IReadOnlyList<object?> items)
{
    /// <summary>keys, values or items.</summary>
    public string Kind { get; } = kind;

    public IReadOnlyList<object?> Items { get; } = items;
}

/// <summary>An iterator: its items can be taken once.</summary>
internal sealed class PythonIterator(IEnumerable<object?> items) : IEnumerable<object?>
{
    private readonly IEnumerator<object?> _items = items.GetEnumerator();

    public IEnumerator<object?> GetEnumerator()
    {
        while (_items.MoveNext())
        {
            yield return _items.Current;
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}

/// <summary>What <c>namespace()</c> gives: the only thing whose attributes a template may set.</summary>
internal sealed class PythonNamespace
{
    public Dictionary<string, object?> Attributes { get; } = [];
}

/// <summary>Something that can be called.</summary>
internal interface ICallable
{
    object? Call(Renderer renderer, CallArguments arguments);
}

/// <summary>A function or bound method.</summary>
internal sealed class PythonFunction(string name, Func<Renderer, CallArguments, object?> call) : ICallable
{
    public string Name { get; } = name;

    public object? Call(Renderer renderer, CallArguments arguments) => call(renderer, arguments);
}

/// <summary>Something that has attributes of its own.</summary>
internal interface IAttributes
{
    /// <summary>The attribute's value; false if there is none.</summary>
    bool TryGetAttribute(string name, out object? value);
}

/// <summary>A missing value: it prints as nothing and fails when it is used for anything else.</summary>
/// <param name="message">What the failure says.</param>
internal sealed class Undefined(string message)
{
    public string Message { get; } = message;

    public static Undefined Name(string name) => new($"'{name}' is undefined");

    /// <summary>A missing item or attribute of a value.</summary>
    public static Undefined Member(object? owner, object? name) => name is string text
        ? new($"{PythonPrint.Repr(PythonTypes.Describe(owner))} has no attribute {PythonPrint.Repr(text)}")
        : new($"{PythonTypes.Describe(owner)} has no element {PythonPrint.Repr(name)}");

    public static Undefined Unsafe(object? owner, string name) =>
        new($"access to attribute '{name}' of '{PythonTypes.NameOf(owner)}' object is unsafe.");

    public JinjaException Failure() => JinjaException.Runtime(Message);
}

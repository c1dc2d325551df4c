using System.Numerics;

namespace Alignment.Tokenization.Jinja;

/// <summary>
/// Attributes and items under the rules of Jinja2's immutable sandbox: a dot looks for an attribute first and then for an
/// item, a bracket the other way round; names with underscores in front and methods that change a value are unsafe.
/// </summary>
internal static class Members
{
    private static readonly HashSet<string> ListChanges = ["append", "clear", "pop", "reverse", "insert", "sort", "extend", "remove"];
    private static readonly HashSet<string> DictChanges = ["clear", "pop", "popitem", "setdefault", "update"];
    private static readonly HashSet<string> ObjectNames =
    [
        "__class__", "__doc__", "__init__", "__new__", "__dict__", "__module__", "__eq__", "__ne__", "__lt__", "__le__", "__gt__", "__ge__", "__hash__",
        "__str__", "__repr__", "__format__", "__reduce__", "__reduce_ex__", "__sizeof__", "__dir__", "__getattribute__", "__setattr__", "__delattr__",
        "__init_subclass__", "__subclasshook__",
    ];

    /// <summary><c>value.name</c>.</summary>
    public static object? GetAttribute(object? value, string name)
    {
        if (value is Undefined undefined && !ObjectNames.Contains(name))
        {
            throw undefined.Failure();
        }

        return TryAttribute(value, name, out object? attribute) ? attribute
            : TryItem(value, name, out object? item) ? item
            : Undefined.Member(value, name);
    }

    /// <summary><c>value[index]</c>.</summary>
    public static object? GetItem(object? value, object? index)
    {
        if (value is Undefined undefined)
        {
            throw undefined.Failure();
        }

        return TryItem(value, index, out object? item) ? item
            : index is string name && TryAttribute(value, name, out object? attribute) ? attribute
            : Undefined.Member(value, index);
    }

    /// <summary>The attribute alone, as the filter <c>attr</c> looks for it.</summary>
    public static object? GetAttributeOnly(object? value, string name) => value is Undefined undefined ? throw undefined.Failure()
        : TryAttribute(value, name, out object? attribute) ? attribute
        : Undefined.Member(value, name);

    /// <summary>An attribute path such as <c>a.b.0</c>, by the rules of brackets.</summary>
    public static object? Follow(object? value, object? path, object? fallback = null)
    {
        IEnumerable<object?> parts = path is string text ? text.Split('.').Select(PathPart) : path is null ? [] : [path];
        foreach (object? part in parts)
        {
            value = GetItem(value, part);
            if (fallback is not null && value is Undefined)
            {
                value = fallback;
            }
        }

        return value;
    }

    private static object PathPart(string part) => part.Length > 0 && part.All(char.IsAsciiDigit) && long.TryParse(part, out long number) ? number : part;

    private static bool TryAttribute(object? value, string name, out object? attribute)
    {
        if (ObjectNames.Contains(name) || IsUnsafe(value, name))
        {
            attribute = Undefined.Unsafe(value, name);
            return true;
        }

        switch (value)
        {
            case IAttributes own:
                return own.TryGetAttribute(name, out attribute);
            case PythonNamespace space:
                return space.Attributes.TryGetValue(name, out attribute);
            case PythonTuple tuple when tuple.Names.Contains(name):
                attribute = tuple.Items[tuple.Names.ToList().IndexOf(name)];
                return true;
            case string text:
                return StringMethods.TryGet(text, name, out attribute);
            case PythonDict dict:
                attribute = DictMethod(dict, name);
                return attribute is not null;
            case PythonSequence sequence:
                attribute = SequenceMethod(sequence, name);
                return attribute is not null;
            default:
                attribute = NumberAttribute(value, name);
                return attribute is not null;
        }
    }

    private static bool IsUnsafe(object? value, string name) => value switch
    {
        PythonList => ListChanges.Contains(name),
        PythonDict => DictChanges.Contains(name),
        _ => false,
    };

    private static bool TryItem(object? value, object? index, out object? item)
    {
        item = null;
        switch (value)
        {
            case PythonDict dict:
                return IsHashable(index) && dict.TryGet(index, out item);
            case PythonSequence sequence when PythonNumbers.IsWhole(index):
                return TryAt(sequence.Items.Count, index, i => sequence.Items[i], out item);
            case string text when PythonNumbers.IsWhole(index) && PythonText.IsSimple(text):
                return TryAt(text.Length, index, i => text.Substring(i, 1), out item);
            case string text when PythonNumbers.IsWhole(index):
                List<object?> characters = [.. PythonText.Characters(text)];
                return TryAt(characters.Count, index, i => characters[i], out item);
            default:
                return false;
        }
    }

    private static bool TryAt(int count, object? index, Func<int, object?> at, out object? item)
    {
        long position = PythonTypes.ToInt(index, "index");
        position = position < 0 ? position + count : position;
        bool found = position >= 0 && position < count;
        item = found ? at((int)position) : null;
        return found;
    }

    private static bool IsHashable(object? value) => value switch
    {
        PythonList or PythonDict => false,
        PythonTuple tuple => tuple.Items.All(IsHashable),
        _ => true,
    };

    private static PythonFunction? DictMethod(PythonDict dict, string name) => name switch
    {
        "get" => new PythonFunction(name, (_, arguments) =>
        {
            BoundArguments bound = arguments.Bind(name, 1, "key", "default");
            return dict.TryGet(bound[0], out object? value) ? value : bound[1];
        }),
        "keys" => Getter(name, () => new PythonView(name, dict.Keys)),
        "values" => Getter(name, () => new PythonView(name, dict.Values)),
        "items" => Getter(name, () => new PythonView(name, [.. dict.Items])),
        "copy" => Getter(name, () => dict),
        _ => null,
    };

    private static PythonFunction? SequenceMethod(PythonSequence sequence, string name) => name switch
    {
        "count" => new PythonFunction(name, (_, arguments) =>
        {
            object? wanted = arguments.Bind(name, 1, "value")[0];
            return (long)sequence.Items.Count(i => PythonCompare.AreEqual(i, wanted));
        }),
        "index" => new PythonFunction(name, (_, arguments) => IndexOf(sequence.Items, arguments.Bind(name, 1, "value", "start", "stop"))),
        "copy" when sequence is PythonList => Getter(name, () => sequence),
        _ => null,
    };

    private static object IndexOf(IReadOnlyList<object?> items, BoundArguments bound)
    {
        int start = bound.Int(1, 0);
        int stop = bound.Int(2, items.Count);
        start = start < 0 ? Math.Max(0, start + items.Count) : start;
        stop = stop < 0 ? stop + items.Count : Math.Min(stop, items.Count);
        for (int i = start; i < stop; i++)
        {
            if (PythonCompare.AreEqual(items[i], bound[0]))
            {
                return (long)i;
            }
        }

        throw JinjaException.Runtime($"{PythonPrint.Repr(bound[0])} is not in list");
    }

    private static object? NumberAttribute(object? value, string name) => (value, name) switch
    {
        (bool or long or BigInteger, "real" or "numerator") => PythonNumbers.Normal(PythonNumbers.ToBig(value)),
        (bool or long or BigInteger, "imag") => 0L,
        (bool or long or BigInteger, "denominator") => 1L,
        (bool or long or BigInteger, "bit_length") => Getter(name, () => (long)BigInteger.Abs(PythonNumbers.ToBig(value)).GetBitLength()),
        (double number, "real") => number,
        (double, "imag") => 0.0,
        (double number, "is_integer") => Getter(name, () => double.IsFinite(number) && Math.Floor(number) == number),
        _ => null,
    };

    private static PythonFunction Getter(string name, Func<object?> get) => new(name, (_, arguments) =>
    {
        arguments.Bind(name, 0);
        return get();
    });
}

using System.Numerics;
using System.Runtime.CompilerServices;

namespace Alignment.Tokenization.Jinja;

/// <summary>Python's equality, order, hashing and membership.</summary>
internal static class PythonCompare
{
    /// <summary>Python's <c>==</c>.</summary>
    public static bool AreEqual(object? left, object? right)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        if (PythonNumbers.IsNumber(left) && PythonNumbers.IsNumber(right))
        {
            return PythonNumbers.Compare(left!, right!) == 0;
        }

        return (left, right) switch
        {
            (null, null) => true,
            (string a, string b) => string.Equals(a, b, StringComparison.Ordinal),
            (Undefined, Undefined) => true,
            (PythonList a, PythonList b) => AllEqual(a.Items, b.Items),
            (PythonTuple a, PythonTuple b) => AllEqual(a.Items, b.Items),
            (PythonRange a, PythonRange b) => AllEqual(a.Items, b.Items),
            (PythonDict a, PythonDict b) => a.Count == b.Count && a.Items.All(i => b.TryGet(i.Items[0], out object? other) && AreEqual(i.Items[1], other)),
            (PythonView { Kind: not "values" } a, PythonView { Kind: not "values" } b) =>
                a.Items.Count == b.Items.Count && a.Items.All(x => b.Items.Any(y => AreEqual(x, y))),
            _ => ReferenceEquals(left, right),
        };
    }

    /// <summary>A hash that is equal for equal values.</summary>
    /// <exception cref="JinjaException">Lists and dicts have none.</exception>
    public static int Hash(object? value) => value switch
    {
        null => 0,
        bool flag => (flag ? 1.0 : 0.0).GetHashCode(),
        long number => ((double)number).GetHashCode(),
        BigInteger number => ((double)number).GetHashCode(),
        double number => number.GetHashCode(),
        string text => string.GetHashCode(text, StringComparison.Ordinal),
        Undefined => 7,
        PythonTuple tuple => tuple.Items.Aggregate(tuple.Items.Count, (hash, item) => HashCode.Combine(hash, Hash(item))),
        PythonList or PythonDict => throw JinjaException.Runtime($"unhashable type: '{PythonTypes.NameOf(value)}'"),
        _ => RuntimeHelpers.GetHashCode(value),
    };

    /// <summary>Python's order: numbers, texts by code points, lists and tuples item by item.</summary>
    /// <exception cref="JinjaException">The values have no order.</exception>
    public static int Order(object? left, object? right, string symbol = "<")
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        if (PythonNumbers.IsNumber(left) && PythonNumbers.IsNumber(right))
        {
            return PythonNumbers.Compare(left!, right!);
        }

        switch (left, right)
        {
            case (Undefined undefined, _):
                throw undefined.Failure();
            case (_, Undefined undefined):
                throw undefined.Failure();
            case (string a, string b):
                return PythonText.Compare(a, b);
            case (PythonList a, PythonList b):
                return OrderItems(a.Items, b.Items, symbol);
            case (PythonTuple a, PythonTuple b):
                return OrderItems(a.Items, b.Items, symbol);
            default:
                throw JinjaException.Runtime(
                    $"'{symbol}' not supported between instances of '{PythonTypes.NameOf(left)}' and '{PythonTypes.NameOf(right)}'");
        }
    }

    /// <summary>One comparison operator of a chain.</summary>
    public static bool Holds(string symbol, object? left, object? right)
    {
        switch (symbol)
        {
            case "==":
                return AreEqual(left, right);
            case "!=":
                return !AreEqual(left, right);
            case "in":
                return Contains(right, left);
            case "notin":
                return !Contains(right, left);
        }

        if (IsNaN(left) || IsNaN(right))
        {
            return PythonNumbers.IsNumber(left) && PythonNumbers.IsNumber(right) ? false : Order(left, right, symbol) < 0;
        }

        int order = Order(left, right, symbol);
        return symbol switch
        {
            "<" => order < 0,
            "<=" => order <= 0,
            ">" => order > 0,
            _ => order >= 0,
        };
    }

    /// <summary>Python's <c>in</c>.</summary>
    public static bool Contains(object? container, object? item)
    {
        switch (container)
        {
            case string text:
                return item switch
                {
                    string part => text.Contains(part, StringComparison.Ordinal),
                    _ => throw JinjaException.Runtime($"'in <string>' requires string as left operand, not {PythonTypes.NameOf(item)}"),
                };
            case PythonDict dict:
                Hash(item);
                return dict.TryGet(item, out _);
            default:
                IEnumerable<object?> items = PythonTypes.TryIterate(container)
                    ?? throw JinjaException.Runtime($"argument of type '{PythonTypes.NameOf(container)}' is not iterable");
                return items.Any(i => AreEqual(i, item));
        }
    }

    /// <summary>Sorts stably, as Python's <c>sorted</c>.</summary>
    public static List<T> Sort<T>(IEnumerable<T> items, Func<T, object?> key, bool reverse)
    {
        var keyed = items.Select(i => (Item: i, Key: key(i))).ToList();
        var comparer = Comparer<object?>.Create((a, b) => Order(a, b));
        try
        {
            return [.. (reverse ? keyed.OrderByDescending(k => k.Key, comparer) : keyed.OrderBy(k => k.Key, comparer)).Select(k => k.Item)];
        }
        catch (InvalidOperationException e) when (e.InnerException is JinjaException inner)
        {
            throw inner;
        }
    }

    private static bool AllEqual(IReadOnlyList<object?> left, IReadOnlyList<object?> right) =>
        left.Count == right.Count && !left.Where((item, i) => !ReferenceEquals(item, right[i]) && !AreEqual(item, right[i])).Any();

    private static int OrderItems(IReadOnlyList<object?> left, IReadOnlyList<object?> right, string symbol)
    {
        for (int i = 0; i < left.Count && i < right.Count; i++)
        {
            if (!AreEqual(left[i], right[i]))
            {
                return Order(left[i], right[i], symbol);
            }
        }

        return left.Count.CompareTo(right.Count);
    }

    private static bool IsNaN(object? value) => value is double number && double.IsNaN(number);
}

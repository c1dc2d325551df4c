namespace Alignment.Tokenization.Jinja;

/// <summary>Filters that take sequences apart, order or join them.</summary>
internal static class SequenceFilters
{
    public static IReadOnlyDictionary<string, JinjaFilter> All { get; } = new Dictionary<string, JinjaFilter>
    {
        ["attr"] = (_, value, arguments) => Members.GetAttributeOnly(value, arguments.Bind("attr", 1, "name").Text(0, "")),
        ["batch"] = (renderer, value, arguments) => new PythonIterator(Batch(renderer.Iterate(value), arguments.Bind("batch", 1, "linecount", "fill_with"))),
        ["count"] = Length,
        ["d"] = Default,
        ["default"] = Default,
        ["dictsort"] = DictSort,
        ["first"] = First,
        ["groupby"] = GroupBy,
        ["items"] = Items,
        ["join"] = Join,
        ["last"] = Last,
        ["length"] = Length,
        ["list"] = (renderer, value, arguments) => ToList(renderer, value, arguments),
        ["max"] = (renderer, value, arguments) => Extreme(renderer, value, arguments, "max"),
        ["min"] = (renderer, value, arguments) => Extreme(renderer, value, arguments, "min"),
        ["random"] = (_, _, _) => throw JinjaException.Runtime("the filter 'random' is not supported: a chat template must give the same text each time"),
        ["reverse"] = Reverse,
        ["slice"] = (renderer, value, arguments) => Slice(renderer, value, arguments.Bind("slice", 1, "slices", "fill_with")),
        ["sort"] = Sort,
        ["sum"] = Sum,
        ["unique"] = Unique,
    };

    private static object? Default(Renderer renderer, object? value, CallArguments arguments)
    {
        BoundArguments bound = arguments.Bind("default", 0, "default_value", "boolean");
        return value is Undefined || (bound.IsTrue(1) && !PythonTypes.IsTrue(value)) ? (bound.Has(0) ? bound[0] : "") : value;
    }

    private static object Length(Renderer renderer, object? value, CallArguments arguments)
    {
        arguments.Bind("length", 0);
        return (long)(PythonTypes.LengthOf(value) ?? throw JinjaException.Runtime($"object of type '{PythonTypes.NameOf(value)}' has no len()"));
    }

    private static PythonList ToList(Renderer renderer, object? value, CallArguments arguments)
    {
        arguments.Bind("list", 0);
        return new PythonList([.. renderer.Iterate(value)]);
    }

    private static object? First(Renderer renderer, object? value, CallArguments arguments)
    {
        arguments.Bind("first", 0);
        foreach (object? item in renderer.Iterate(value))
        {
            return item;
        }

        return new Undefined("No first item, sequence was empty.");
    }

    private static object? Last(Renderer renderer, object? value, CallArguments arguments)
    {
        arguments.Bind("last", 0);
        IReadOnlyList<object?> items = value switch
        {
            string text => [.. PythonText.Characters(text)],
            PythonSequence sequence => sequence.Items,
            PythonDict dict => dict.Keys,
            PythonView view => view.Items,
            Undefined => [],
            _ => throw JinjaException.Runtime($"'{PythonTypes.NameOf(value)}' object is not reversible"),
        };
        return items.Count > 0 ? items[^1] : new Undefined("No last item, sequence was empty.");
    }

    private static PythonIterator Items(Renderer renderer, object? value, CallArguments arguments)
    {
        arguments.Bind("items", 0);
        return value switch
        {
            Undefined => new PythonIterator([]),
            PythonDict dict => new PythonIterator(dict.Items),
            _ => new PythonIterator(FailsAtFirst("Can only get item pairs from a mapping.")),
        };
    }

    /// <summary>As a Python generator: the error comes when the first item is taken.</summary>
    private static IEnumerable<object?> FailsAtFirst(string message)
    {
        if (message.Length > 0)
        {
            throw JinjaException.Runtime(message);
        }

        yield break;
    }

    private static string Join(Renderer renderer, object? value, CallArguments arguments)
    {
        BoundArguments bound = arguments.Bind("join", 0, "d", "attribute");
        string separator = bound.Has(0) ? PythonPrint.Str(bound[0]) : "";
        IEnumerable<object?> items = renderer.Iterate(value);
        string text = string.Join(separator, items.Select(i => PythonPrint.Str(bound[1] is null ? i : Members.Follow(i, bound[1]))));
        Arithmetic.Guarded(text.Length, renderer.Limits);
        return text;
    }

    private static object? Reverse(Renderer renderer, object? value, CallArguments arguments)
    {
        arguments.Bind("reverse", 0);
        return value switch
        {
            string text => string.Concat(PythonText.Characters(text).Reverse().Select(c => (string)c!)),
            PythonSequence sequence => new PythonIterator(sequence.Items.Reverse()),
            PythonDict dict => new PythonIterator(dict.Keys.Reverse()),
            PythonView view => new PythonIterator(view.Items.Reverse()),
            Undefined => new PythonIterator([]),
            _ when PythonTypes.TryIterate(value) is not null => new PythonList([.. renderer.Iterate(value).Reverse()]),
            _ => throw JinjaException.Runtime("argument must be iterable"),
        };
    }

    private static PythonList DictSort(Renderer renderer, object? value, CallArguments arguments)
    {
        BoundArguments bound = arguments.Bind("dictsort", 0, "case_sensitive", "by", "reverse");
        int position = bound.Text(1, "key") switch
        {
            "key" => 0,
            "value" => 1,
            _ => throw JinjaException.Runtime("You can only sort by either \"key\" or \"value\""),
        };
        IEnumerable<PythonTuple> items = value switch
        {
            PythonDict dict => dict.Items,
            Undefined undefined => throw undefined.Failure(),
            _ => throw JinjaException.Runtime($"'{PythonTypes.NameOf(value)}' object has no attribute 'items'"),
        };
        return new PythonList(PythonCompare.Sort(items, i => bound.IsTrue(0) ? i.Items[position] : JinjaFilters.IgnoreCase(i.Items[position]), bound.IsTrue(2)));
    }

    private static PythonList Sort(Renderer renderer, object? value, CallArguments arguments)
    {
        BoundArguments bound = arguments.Bind("sort", 0, "reverse", "case_sensitive", "attribute");
        IEnumerable<object?> paths = bound[2] is string names ? names.Split(',') : [bound[2]];
        object?[] parts = [.. paths];
        object? Key(object? item) => new PythonTuple([.. parts.Select(p => Fold(Members.Follow(item, p), bound.IsTrue(1)))]);
        return new PythonList(PythonCompare.Sort(renderer.Iterate(value), Key, bound.IsTrue(0)));
    }

    private static PythonIterator Unique(Renderer renderer, object? value, CallArguments arguments)
    {
        BoundArguments bound = arguments.Bind("unique", 0, "case_sensitive", "attribute");
        var seen = new PythonDict();
        return new PythonIterator(renderer.Iterate(value).Where(item =>
        {
            object? key = Fold(Members.Follow(item, bound[1]), bound.IsTrue(0));
            bool known = seen.TryGet(key, out _);
            seen.Put(key, null);
            return !known;
        }));
    }

    private static object? Extreme(Renderer renderer, object? value, CallArguments arguments, string name)
    {
        BoundArguments bound = arguments.Bind(name, 0, "case_sensitive", "attribute");
        object? best = new Undefined("No aggregated item, sequence was empty.");
        object? bestKey = null;
        bool any = false;
        foreach (object? item in renderer.Iterate(value))
        {
            object? key = Fold(Members.Follow(item, bound[1]), bound.IsTrue(0));
            if (!any || (name == "max" ? PythonCompare.Holds(">", key, bestKey) : PythonCompare.Holds("<", key, bestKey)))
            {
                (best, bestKey, any) = (item, key, true);
            }
        }

        return best;
    }

    private static object? Sum(Renderer renderer, object? value, CallArguments arguments)
    {
        BoundArguments bound = arguments.Bind("sum", 0, "attribute", "start");
        object? total = bound.Has(1) ? bound[1] : 0L;
        if (total is string)
        {
            throw JinjaException.Runtime("sum() can't sum strings [use ''.join(seq) instead]");
        }

        foreach (object? item in renderer.Iterate(value))
        {
            total = Arithmetic.Apply("+", total, bound[0] is null ? item : Members.Follow(item, bound[0]), renderer.Limits);
        }

        return total;
    }

    private static PythonList GroupBy(Renderer renderer, object? value, CallArguments arguments)
    {
        BoundArguments bound = arguments.Bind("groupby", 1, "attribute", "default", "case_sensitive");
        bool exact = bound.IsTrue(2);
        object? KeyOf(object? item) => Fold(Members.Follow(item, bound[0], bound[1]), exact);
        var groups = new List<object?>();
        var current = new List<object?>();
        object? currentKey = null;
        foreach (object? item in PythonCompare.Sort(renderer.Iterate(value), KeyOf, reverse: false))
        {
            object? key = KeyOf(item);
            if (current.Count > 0 && !PythonCompare.AreEqual(key, currentKey))
            {
                groups.Add(Group(current));
                current = [];
            }

            currentKey = key;
            current.Add(item);
        }

        if (current.Count > 0)
        {
            groups.Add(Group(current));
        }

        return new PythonList(groups);

        PythonTuple Group(List<object?> items) => new([Members.Follow(items[0], bound[0], bound[1]), new PythonList(items)], "grouper", "list");
    }

    private static IEnumerable<object?> Batch(IEnumerable<object?> items, BoundArguments bound)
    {
        int size = bound.Int(0, 0);
        var line = new List<object?>();
        foreach (object? item in items)
        {
            if (line.Count == size)
            {
                yield return new PythonList(line);
                line = [];
            }

            line.Add(item);
        }

        if (line.Count == 0)
        {
            yield break;
        }

        if (bound[1] is not null)
        {
            line.AddRange(Enumerable.Repeat(bound[1], Math.Clamp(size - line.Count, 0, 100_000)));
        }

        yield return new PythonList(line);
    }

    private static PythonIterator Slice(Renderer renderer, object? value, BoundArguments bound)
    {
        List<object?> items = [.. renderer.Iterate(value)];
        int slices = bound.Int(0, 1);
        if (slices == 0)
        {
            throw JinjaException.Runtime("integer division or modulo by zero");
        }

        if (slices > renderer.Limits.MaxRange)
        {
            throw JinjaException.Runtime("too many slices");
        }

        return new PythonIterator(SliceLists());

        IEnumerable<object?> SliceLists()
        {
            int each = items.Count / Math.Max(1, slices);
            int longer = items.Count % Math.Max(1, slices);
            int start = 0;
            for (int i = 0; i < slices; i++)
            {
                int count = each + (i < longer ? 1 : 0);
                List<object?> part = items.GetRange(start, count);
                if (bound[1] is not null && i >= longer)
                {
                    part.Add(bound[1]);
                }

                start += count;
                yield return new PythonList(part);
            }
        }
    }

    private static object? Fold(object? value, bool caseSensitive) => caseSensitive ? value : JinjaFilters.IgnoreCase(value);
}

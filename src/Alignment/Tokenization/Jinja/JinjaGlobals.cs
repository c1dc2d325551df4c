namespace Alignment.Tokenization.Jinja;

/// <summary>The functions that every template has.</summary>
internal static class JinjaGlobals
{
    public static IReadOnlyDictionary<string, object?> All { get; } = new Dictionary<string, object?>
    {
        ["range"] = new PythonFunction("range", Range),
        ["dict"] = new PythonFunction("dict", (renderer, arguments) => Dict(renderer, arguments)),
        ["namespace"] = new PythonFunction("namespace", Namespace),
        ["joiner"] = new PythonFunction("joiner", (_, arguments) => new Joiner(arguments.Bind("joiner", 0, "sep").Text(0, ", "))),
        ["cycler"] = new PythonFunction("cycler", (_, arguments) => arguments.Positional.Count > 0
            ? new Cycler(arguments.Positional)
            : throw JinjaException.Runtime("at least one item has to be provided")),
        ["lipsum"] = new PythonFunction("lipsum", (_, _) => throw JinjaException.Runtime("lipsum is not supported: a chat template must give the same text each time")),
        ["raise_exception"] = new PythonFunction("raise_exception", (_, arguments) =>
            throw new JinjaException(JinjaErrorKind.Raised, PythonPrint.Str(arguments.Bind("raise_exception", 1, "message")[0]))),
        ["strftime_now"] = new PythonFunction("strftime_now", (renderer, arguments) =>
            Strftime.Format(arguments.Bind("strftime_now", 1, "format").Text(0, ""), renderer.Clock.GetLocalNow())),
    };

    private static PythonRange Range(Renderer renderer, CallArguments arguments)
    {
        BoundArguments bound = arguments.Bind("range", 1, "start", "stop", "step");
        long first = Whole(bound[0]);
        (long start, long stop) = bound.Has(1) ? (first, Whole(bound[1])) : (0L, first);
        long step = bound.Has(2) ? Whole(bound[2]) : 1;
        if (step == 0)
        {
            throw JinjaException.Runtime("range() arg 3 must not be zero");
        }

        Int128 distance = step > 0 ? (Int128)stop - start : (Int128)start - stop;
        Int128 stride = step > 0 ? step : -(Int128)step;
        Int128 length = distance <= 0 ? 0 : (distance - 1) / stride + 1;
        return length > renderer.Limits.MaxRange
            ? throw JinjaException.Runtime($"Range too big. The sandbox blocks ranges larger than MAX_RANGE ({renderer.Limits.MaxRange}).")
            : new PythonRange(start, stop, step, (int)length);
    }

    private static long Whole(object? value) => value switch
    {
        long number => number,
        bool flag => flag ? 1 : 0,
        Undefined undefined => throw undefined.Failure(),
        System.Numerics.BigInteger => throw JinjaException.Runtime("Python int too large to convert to C ssize_t"),
        _ => throw JinjaException.Runtime($"'{PythonTypes.NameOf(value)}' object cannot be interpreted as an integer"),
    };

    private static PythonDict Dict(Renderer renderer, CallArguments arguments)
    {
        var dict = new PythonDict();
        if (arguments.Positional.Count > 1)
        {
            throw JinjaException.Runtime($"dict expected at most 1 argument, got {arguments.Positional.Count}");
        }

        IEnumerable<object?> given = arguments.Positional.Count == 0 ? []
            : arguments.Positional[0] is PythonDict other ? other.Items
            : renderer.Iterate(arguments.Positional[0]);
        foreach (object? item in given)
        {
            List<object?> pair = [.. PythonTypes.Iterate(item).Take(3)];
            if (pair.Count != 2)
            {
                throw JinjaException.Runtime("dictionary update sequence element has not length 2");
            }

            dict.Put(pair[0], pair[1]);
        }

        foreach ((string name, object? value) in arguments.Named)
        {
            dict.Put(name, value);
        }

        return dict;
    }

    private static PythonNamespace Namespace(Renderer renderer, CallArguments arguments)
    {
        var space = new PythonNamespace();
        foreach (PythonTuple item in Dict(renderer, arguments).Items)
        {
            space.Attributes[PythonPrint.Str(item.Items[0])] = item.Items[1];
        }

        return space;
    }

    /// <summary>Nothing the first time, then a separator.</summary>
    private sealed class Joiner(string separator) : ICallable
    {
        private bool _used;

        public object? Call(Renderer renderer, CallArguments arguments)
        {
            string text = _used ? separator : "";
            _used = true;
            return text;
        }
    }

    /// <summary>Values round and round.</summary>
    private sealed class Cycler(IReadOnlyList<object?> values) : IAttributes
    {
        private int _position;

        public bool TryGetAttribute(string name, out object? value)
        {
            (bool found, value) = name switch
            {
                "current" => (true, values[_position]),
                "pos" => (true, (long)_position),
                "items" => (true, new PythonTuple(values)),
                "next" => (true, new PythonFunction(name, (_, _) => Next())),
                "reset" => (true, new PythonFunction(name, (_, _) => Reset())),
                _ => (false, (object?)null),
            };
            return found;
        }

        private object? Next()
        {
            object? value = values[_position];
            _position = (_position + 1) % values.Count;
            return value;
        }

        private object? Reset()
        {
            _position = 0;
            return null;
        }
    }
}

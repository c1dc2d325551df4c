using System.Numerics;

namespace Alignment.Tokenization.Jinja;

/// <summary>A test: what stands after <c>is</c>.</summary>
internal delegate bool JinjaTest(object? value, CallArguments arguments);

/// <summary>All tests by name.</summary>
internal static class JinjaTests
{
    public static IReadOnlyDictionary<string, JinjaTest> All { get; } = Create();

    /// <summary>Applies a test by name.</summary>
    public static bool Apply(Renderer renderer, string name, object? value, CallArguments arguments)
    {
        renderer.Step();
        return All.TryGetValue(name, out JinjaTest? test)
            ? test(value, arguments)
            : throw JinjaException.Runtime($"No test named '{name}' found.");
    }

    private static Dictionary<string, JinjaTest> Create()
    {
        var tests = new Dictionary<string, JinjaTest>
        {
            ["divisibleby"] = (value, arguments) => IsMultiple(value, arguments.Bind("divisibleby", 1, "num")[0]),
            ["sameas"] = (value, arguments) => IsSame(value, arguments.Bind("sameas", 1, "other")[0]),
            ["in"] = (value, arguments) => PythonCompare.Contains(arguments.Bind("in", 1, "seq")[0], value),
        };
        Add("defined", v => v is not Undefined);
        Add("undefined", v => v is Undefined);
        Add("none", v => v is null);
        Add("boolean", v => v is bool);
        Add("true", v => v is true);
        Add("false", v => v is false);
        Add("integer", v => v is long or BigInteger);
        Add("float", v => v is double);
        Add("number", PythonNumbers.IsNumber);
        Add("string", v => v is string);
        Add("mapping", v => v is PythonDict);
        Add("iterable", v => PythonTypes.TryIterate(v) is not null || v is LoopContext);
        Add("sequence", v => v is string or PythonSequence or PythonDict or Undefined);
        Add("callable", v => v is ICallable or Undefined);
        Add("odd", v => !IsMultiple(v, 2L) && IsRemainder(v, 1));
        Add("even", v => IsMultiple(v, 2L));
        Add("lower", v => StringMethods.IsCase(PythonPrint.Str(v), PythonCase.Lower));
        Add("upper", v => StringMethods.IsCase(PythonPrint.Str(v), PythonCase.Upper));
        Add("escaped", _ => false);
        Add("filter", v => IsKnown(v, JinjaFilters.All.ContainsKey));
        Add("test", v => IsKnown(v, name => All.ContainsKey(name)));
        foreach ((string symbol, string[] names) in new[]
        {
            ("==", new[] { "==", "eq", "equalto" }), ("!=", ["!=", "ne"]), (">", [">", "gt", "greaterthan"]),
            (">=", [">=", "ge"]), ("<", ["<", "lt", "lessthan"]), ("<=", ["<=", "le"]),
        })
        {
            foreach (string name in names)
            {
                tests[name] = (value, arguments) => PythonCompare.Holds(symbol, value, arguments.Bind(name, 1, "other")[0]);
            }
        }

        return tests;

        void Add(string name, Func<object?, bool> test) => tests[name] = (value, arguments) =>
        {
            arguments.Bind(name, 0);
            return test(value);
        };
    }

    private static bool IsKnown(object? value, Func<string, bool> contains)
    {
        PythonCompare.Hash(value);
        return value is string name && contains(name);
    }

    private static bool IsMultiple(object? value, object? divisor) => IsRemainder(value, 0, divisor);

    private static bool IsRemainder(object? value, long remainder, object? divisor = null) =>
        PythonCompare.AreEqual(Arithmetic.Apply("%", value, divisor ?? 2L, new JinjaLimits()), remainder);

    private static bool IsSame(object? value, object? other) => (value, other) switch
    {
        (null, null) => true,
        (bool a, bool b) => a == b,
        (long a, long b) => a == b,
        (string a, string b) => a == b,
        _ => ReferenceEquals(value, other),
    };
}

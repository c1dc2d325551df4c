using System.Numerics;

namespace Alignment.Tokenization.Jinja;

/// <summary>Names of Python's types, and the conversions that operators and loops need.</summary>
internal static class PythonTypes
{
    public static string NameOf(object? value) => value switch
    {
        null => "NoneType",
        bool => "bool",
        long or BigInteger => "int",
        double => "float",
        string => "str",
        PythonList => "list",
        PythonTuple => "tuple",
        PythonRange => "range",
        PythonDict => "dict",
        PythonView view => "dict_" + view.Kind,
        PythonIterator => "generator",
        PythonNamespace => "Namespace",
        Undefined => "Undefined",
        PythonFunction => "function",
        MacroValue => "Macro",
        LoopContext => "LoopContext",
        _ => value.GetType().Name,
    };

    /// <summary>A value in Jinja's messages about missing members.</summary>
    public static string Describe(object? value) => value switch
    {
        null => "None",
        LoopContext => "jinja2.runtime.LoopContext object",
        MacroValue => "jinja2.runtime.Macro object",
        PythonNamespace => "jinja2.utils.Namespace object",
        _ => NameOf(value) + " object",
    };

    public static bool IsTrue(object? value) => value switch
    {
        null or Undefined => false,
        bool flag => flag,
        long number => number != 0,
        BigInteger number => !number.IsZero,
        double number => number != 0,
        string text => text.Length > 0,
        PythonSequence sequence => sequence.Items.Count > 0,
        PythonDict dict => dict.Count > 0,
        PythonView view => view.Items.Count > 0,
        LoopContext loop => loop.Length > 0,
        _ => true,
    };

    /// <summary>The items of something that can be iterated.</summary>
    public static IEnumerable<object?> Iterate(object? value) => TryIterate(value)
        ?? throw JinjaException.Runtime($"'{NameOf(value)}' object is not iterable");

    /// <summary>The items, or null for something that cannot be iterated.</summary>
    public static IEnumerable<object?>? TryIterate(object? value) => value switch
    {
        Undefined => [],
        string text => PythonText.Characters(text),
        PythonSequence sequence => sequence.Items,
        PythonDict dict => dict.Keys,
        PythonView view => view.Items,
        PythonIterator iterator => iterator,
        _ => null,
    };

    /// <summary>Python's <c>len</c>; null where it fails.</summary>
    public static int? LengthOf(object? value) => value switch
    {
        Undefined => 0,
        string text => PythonText.Length(text),
        PythonSequence sequence => sequence.Items.Count,
        PythonDict dict => dict.Count,
        PythonView view => view.Items.Count,
        LoopContext loop => loop.Length,
        _ => null,
    };

    /// <summary>A whole number that an index, a width or a count may be.</summary>
    public static int ToInt(object? value, string what)
    {
        object? number = value is bool flag ? (flag ? 1L : 0L) : value;
        return number switch
        {
            long whole when whole is >= int.MinValue and <= int.MaxValue => (int)whole,
            long whole => whole < 0 ? int.MinValue : int.MaxValue,
            BigInteger big => big.Sign < 0 ? int.MinValue : int.MaxValue,
            Undefined undefined => throw undefined.Failure(),
            _ => throw JinjaException.Runtime($"{what}: '{NameOf(value)}' object cannot be interpreted as an integer"),
        };
    }
}

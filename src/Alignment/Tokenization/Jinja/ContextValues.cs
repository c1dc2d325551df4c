using System.Collections;
using System.Globalization;
using System.Numerics;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Alignment.Tokenization.Jinja;

/// <summary>Turns the caller's .NET and JSON values into a template's values.</summary>
internal static class ContextValues
{
    /// <summary>The variables of a rendering.</summary>
    public static IReadOnlyDictionary<string, object?> Convert(IReadOnlyDictionary<string, object?> context) =>
        context.ToDictionary(c => c.Key, c => Of(c.Value));

    /// <summary>One value.</summary>
    /// <exception cref="ArgumentException">The value's type has no counterpart.</exception>
    public static object? Of(object? value) => value switch
    {
        null or bool or long or double or string => value,
        JsonElement element => Of(element),
        JsonValue json => OfScalar(json),
        JsonArray array => new PythonList([.. array.Select(Of)]),
        JsonObject json => Dict(json.Select(p => (p.Key, (object?)p.Value))),
        BigInteger number => PythonNumbers.Normal(number),
        float number => (double)number,
        sbyte or byte or short or ushort or int or uint => System.Convert.ToInt64(value, CultureInfo.InvariantCulture),
        ulong number => PythonNumbers.Normal(number),
        IReadOnlyDictionary<string, object?> dict => Dict(dict.Select(p => (p.Key, p.Value))),
        IDictionary dict => Dict(dict.Keys.Cast<object>().Select(k => ((string)k, dict[k]))),
        IEnumerable items => new PythonList([.. items.Cast<object?>().Select(Of)]),
        _ => throw new ArgumentException($"a value of type {value.GetType()} cannot be given to a template"),
    };

    private static object? Of(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Null or JsonValueKind.Undefined => null,
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.String => element.GetString(),
        JsonValueKind.Number => Number(element.GetRawText()),
        JsonValueKind.Array => new PythonList([.. element.EnumerateArray().Select(Of)]),
        _ => Dict(element.EnumerateObject().Select(p => (p.Name, (object?)p.Value))),
    };

    private static object? OfScalar(JsonValue json) => json.GetValueKind() switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.String => json.GetValue<string>(),
        JsonValueKind.Number => Number(json.ToJsonString()),
        _ => null,
    };

    private static object Number(string text) => text.AsSpan().IndexOfAny('.', 'e', 'E') >= 0
        ? double.Parse(text, CultureInfo.InvariantCulture)
        : PythonNumbers.Normal(BigInteger.Parse(text, CultureInfo.InvariantCulture));

    private static PythonDict Dict(IEnumerable<(string Key, object? Value)> items)
    {
        var dict = new PythonDict();
        foreach ((string key, object? value) in items)
        {
            dict.Put(key, Of(value));
        }

        return dict;
    }
}

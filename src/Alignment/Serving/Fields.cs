using System.Text.Json;

namespace Alignment.Serving;

/// <summary>The fields of a JSON object in a request. What is null counts as absent; errors name the field by its path.</summary>
internal sealed class Fields
{
    private readonly Dictionary<string, JsonElement> _values = new(StringComparer.Ordinal);
    private readonly string _path;

    /// <summary>Reads an object.</summary>
    /// <param name="element">must be an object</param>
    /// <param name="path">where it stands, such as <c>messages[0]</c>; empty for the body itself</param>
    /// <exception cref="ApiError">It is no object.</exception>
    public Fields(JsonElement element, string path)
    {
        _path = path;
        if (element.ValueKind != JsonValueKind.Object)
        {
            throw path.Length == 0 ? ApiError.Invalid(null, "invalid_type", "The body must be a JSON object.") : ApiError.WrongType(path, "an object");
        }

        foreach (JsonProperty property in element.EnumerateObject())
        {
            string name = Unicode(() => property.Name, path);
            if (property.Value.ValueKind != JsonValueKind.Null)
            {
                _values[name] = property.Value;
            }
        }
    }

    /// <summary>Names of the fields that are not null.</summary>
    public IEnumerable<string> Names => _values.Keys;

    /// <summary>A field's path, for errors.</summary>
    public string PathOf(string name) => _path.Length == 0 ? name : $"{_path}.{name}";

    /// <summary>A field's value, or null.</summary>
    public JsonElement? Value(string name) => _values.TryGetValue(name, out JsonElement value) ? value : null;

    /// <summary>A field's value.</summary>
    /// <exception cref="ApiError">It is absent.</exception>
    public JsonElement Required(string name) => Value(name)
        ?? throw ApiError.Invalid(PathOf(name), "missing_required_parameter", $"Missing required parameter: '{PathOf(name)}'.");

    /// <summary>true or false; false where absent.</summary>
    public bool Flag(string name) => Value(name) switch
    {
        null or { ValueKind: JsonValueKind.False } => false,
        { ValueKind: JsonValueKind.True } => true,
        _ => throw ApiError.WrongType(PathOf(name), "true or false"),
    };

    /// <summary>A whole number, or null where absent.</summary>
    public long? Whole(string name, long least, long most)
    {
        if (Value(name) is not JsonElement value)
        {
            return null;
        }

        return value.ValueKind != JsonValueKind.Number || !value.TryGetInt64(out long number) ? throw ApiError.WrongType(PathOf(name), "a whole number")
            : number < least ? throw Bound(name, "integer_below_min_value", FormattableString.Invariant($"at least {least}"))
            : number > most ? throw Bound(name, "integer_above_max_value", FormattableString.Invariant($"at most {most}"))
            : number;
    }

    /// <summary>A number, or null where absent.</summary>
    public double? Number(string name, double least, double most)
    {
        if (Value(name) is not JsonElement value)
        {
            return null;
        }

        return value.ValueKind != JsonValueKind.Number || !value.TryGetDouble(out double number) ? throw ApiError.WrongType(PathOf(name), "a number")
            : number < least ? throw Bound(name, "decimal_below_min_value", FormattableString.Invariant($"at least {least}"))
            : number > most ? throw Bound(name, "decimal_above_max_value", FormattableString.Invariant($"at most {most}"))
            : number;
    }

    /// <summary>A text that must be there.</summary>
    public string Text(string name) => Text(Required(name), PathOf(name));

    /// <summary>A JSON value as text.</summary>
    /// <exception cref="ApiError">It is no text, or no valid Unicode.</exception>
    public static string Text(JsonElement value, string path) => value.ValueKind == JsonValueKind.String
        ? Unicode(() => value.GetString()!, path) : throw ApiError.WrongType(path, "a text");

    /// <summary>A JSON value as list.</summary>
    /// <exception cref="ApiError">It is no list, empty or too long.</exception>
    public static IReadOnlyList<JsonElement> List(JsonElement value, string path, int most)
    {
        int length = value.ValueKind == JsonValueKind.Array ? value.GetArrayLength() : throw ApiError.WrongType(path, "a list");
        return length == 0 ? throw ApiError.Invalid(path, "empty_array", $"'{path}' must not be empty.")
            : length > most ? throw ApiError.Invalid(path, "array_above_max_length", FormattableString.Invariant($"'{path}' has {length} entries; at most {most} are taken."))
            : [.. value.EnumerateArray()];
    }

    private ApiError Bound(string name, string code, string bound) => ApiError.Invalid(PathOf(name), code, $"'{PathOf(name)}' must be {bound}.");

    private static string Unicode(Func<string> text, string path)
    {
        try
        {
            return text();
        }
        catch (InvalidOperationException)
        {
            throw ApiError.Invalid(path.Length == 0 ? null : path, "invalid_unicode", $"{(path.Length == 0 ? "The name of a field" : $"'{path}'")} is no valid Unicode: half of a surrogate pair, or broken UTF-8.");
        }
    }
}

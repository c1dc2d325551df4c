using System.Text.Json;

using Alignment.Shared;

namespace Alignment.Tokenization;

/// <summary>An object of a tokenizer file, with its place for error messages. Keys that are not known are refused by name.</summary>
internal readonly struct JsonPart
{
    private readonly JsonElement _element;

    /// <summary>Wraps an object.</summary>
    /// <exception cref="UserError">The value is no object.</exception>
    public JsonPart(JsonElement element, string place)
    {
        Place = place;
        _element = element.ValueKind == JsonValueKind.Object ? element : throw new UserError($"{place} must be an object, but is {Kind(element)}");
    }

    /// <summary>File and path, for messages.</summary>
    public string Place { get; }

    /// <summary>The value of "type", null when there is none.</summary>
    public string? Type => Text("type", null);

    /// <summary>Refuses every other key whose value is set (not null, false, empty text or 0).</summary>
    public void Only(params ReadOnlySpan<string> known)
    {
        foreach (JsonProperty property in _element.EnumerateObject())
        {
            if (property.Name != "type" && !known.Contains(property.Name) && IsSet(property.Value))
            {
                throw Refuse($"the option '{property.Name}' = {Short(property.Value)}");
            }
        }
    }

    /// <summary>An error that says what is not supported, and where it stands.</summary>
    public UserError Refuse(string what) =>
        new($"{Place}{(Type is string type ? $" ({type})" : "")}: {what} is not supported; byte-level and SentencePiece-style BPE are");

    /// <summary>An error in the file itself.</summary>
    public UserError Damaged(string what) => new($"{Place}: {what}");

    /// <summary>True when the key is there and not null.</summary>
    public bool Has(string name) => _element.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null;

    /// <summary>True when the key is there, even with null.</summary>
    public bool Names(string name) => _element.TryGetProperty(name, out _);

    /// <summary>A value as it stands.</summary>
    public JsonElement Raw(string name) => _element.TryGetProperty(name, out JsonElement value) ? value : throw Damaged($"the key '{name}' is missing");

    /// <summary>An object below.</summary>
    public JsonPart Object(string name) => new(Raw(name), $"{Place}.{name}");

    /// <summary>The objects of an array below.</summary>
    public IEnumerable<JsonPart> Objects(string name)
    {
        string place = Place;
        return Array(name).Select((element, i) => new JsonPart(element, $"{place}.{name}[{i}]"));
    }

    /// <summary>The elements of an array below.</summary>
    public IEnumerable<JsonElement> Array(string name)
    {
        JsonElement value = Raw(name);
        return value.ValueKind == JsonValueKind.Array ? value.EnumerateArray() : throw Damaged($"'{name}' must be a list, but is {Kind(value)}");
    }

    /// <summary>A text that must be there.</summary>
    public string Text(string name) => Text(name, null) ?? throw Damaged($"the key '{name}' is missing");

    /// <summary>A text, or the default when it is missing or null.</summary>
    public string? Text(string name, string? missing) => !Has(name) ? missing
        : Raw(name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : throw Damaged($"'{name}' must be a text, but is {Kind(Raw(name))}");

    /// <summary>A single character that must be there.</summary>
    public char Character(string name) => Text(name) is { Length: 1 } text ? text[0] : throw Damaged($"'{name}' must be one character, but is '{Text(name)}'");

    /// <summary>A truth value, or the default when it is missing or null.</summary>
    public bool Flag(string name, bool missing) => !Has(name) ? missing : Raw(name).ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw Damaged($"'{name}' must be true or false, but is {Kind(Raw(name))}"),
    };

    /// <summary>A whole number, or the default when it is missing or null.</summary>
    public int Number(string name, int? missing = null) => !Has(name) && missing is int value ? value
        : Raw(name).ValueKind == JsonValueKind.Number && Raw(name).TryGetInt32(out int number) ? number
        : throw Damaged($"'{name}' must be a whole number, but is {Short(Raw(name))}");

    /// <summary>The kind of a value in words.</summary>
    public static string Kind(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Undefined => "missing",
        JsonValueKind.Null => "null",
        JsonValueKind.Array => "a list",
        JsonValueKind.Object => "an object",
        JsonValueKind.String => "a text",
        JsonValueKind.Number => "a number",
        _ => "true or false",
    };

    private static bool IsSet(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null or JsonValueKind.False => false,
        JsonValueKind.String => value.GetString()!.Length > 0,
        JsonValueKind.Number => value.GetDouble() != 0,
        _ => true,
    };

    private static string Short(JsonElement value) => value.GetRawText() is { Length: > 60 } text ? text[..60] + "…" : value.GetRawText();
}

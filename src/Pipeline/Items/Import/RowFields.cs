using System.Text.Json;
using System.Text.Unicode;
using Alignment.Shared.Preferences;

namespace Alignment.Pipeline.Items.Import;

/// <summary>One line as an object with named fields; everything that it hands out has passed the rules of docs/import.md.</summary>
internal sealed class RowFields : IDisposable
{
    // Rows are shown inside other JSON again, which readers follow to a depth of 64.
    private static readonly JsonDocumentOptions Options = new() { AllowDuplicateProperties = false, MaxDepth = 60 };
    private static readonly HashSet<string> Optional = ["label", "system", "messages", "source", .. Layouts.NotSupported.Keys];
    private readonly JsonDocument _document;
    private readonly Dictionary<string, JsonElement> _fields = new(StringComparer.Ordinal);

    private RowFields(JsonDocument document)
    {
        _document = document;
        foreach (JsonProperty property in document.RootElement.EnumerateObject())
        {
            if (property.Value.ValueKind != JsonValueKind.Null || !Optional.Contains(property.Name))
            {
                _fields.Add(property.Name, property.Value);
            }
        }
    }

    /// <summary>The names of the fields; an optional field that is null counts as absent.</summary>
    public IReadOnlyCollection<string> Keys => _fields.Keys;

    /// <summary>Reads a line.</summary>
    /// <exception cref="RowError">It is no JSON object, or a text in it is no valid Unicode.</exception>
    public static RowFields Parse(ReadOnlyMemory<byte> line)
    {
        if (!Utf8.IsValid(line.Span))
        {
            throw new RowError(RowErrorCodes.InvalidUnicode, "the line is no valid UTF-8");
        }

        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(line, Options);
        }
        catch (JsonException e)
        {
            throw new RowError(RowErrorCodes.NoJson, FormattableString.Invariant($"no valid JSON at byte {(e.BytePositionInLine ?? 0) + 1} (or a key given twice, or nested deeper than {Options.MaxDepth})"));
        }
        catch (InvalidOperationException)
        {
            throw new RowError(RowErrorCodes.InvalidUnicode, "a key is no valid Unicode (half of a surrogate pair)");
        }

        try
        {
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                throw new RowError(RowErrorCodes.NoJson, $"a row is a JSON object, this is {Describe(document.RootElement)}");
            }

            if (line.Span.IndexOf("\\u"u8) >= 0)
            {
                RequireUnicode(document.RootElement, "the row");
            }

            return new RowFields(document);
        }
        catch (RowError)
        {
            document.Dispose();
            throw;
        }
    }

    /// <summary>True when the field is there.</summary>
    public bool Has(string key) => _fields.ContainsKey(key);

    /// <summary>The field as it stands.</summary>
    /// <exception cref="RowError">It is missing.</exception>
    public JsonElement Get(string key) => _fields.TryGetValue(key, out JsonElement value)
        ? value
        : throw new RowError(RowErrorCodes.Missing, $"'{key}' is missing");

    /// <summary>A text that says something.</summary>
    /// <exception cref="RowError">It is missing, null, no text, or empty.</exception>
    public string Text(string key) => RequireText(Get(key), $"'{key}'");

    /// <summary>A text or a list of turns.</summary>
    public Side Side(string key) => Turns.Side(Get(key), $"'{key}'", isPrompt: key == "prompt");

    /// <summary>The conversation before the answers: a text is one user turn, and <c>system</c> stands before it.</summary>
    public IReadOnlyList<Message> Prompt() => WithSystem(Turns.Prompt(Side("prompt")));

    /// <summary>The turns with the row's <c>system</c> text before them.</summary>
    public IReadOnlyList<Message> WithSystem(IReadOnlyList<Message> turns)
    {
        if (!Has("system"))
        {
            return turns;
        }

        JsonElement system = Get("system");
        return system.ValueKind != JsonValueKind.String ? throw new RowError(RowErrorCodes.NoText, $"'system' is {Describe(system)}, not a text")
            : turns is [{ Role: Roles.System }, ..] ? throw new RowError(RowErrorCodes.AmbiguousKeys, "'system' stands beside turns that begin with a system message")
            : [new Message(Roles.System, system.GetString()!), .. turns];
    }

    /// <summary>A text that says something, out of any value.</summary>
    public static string RequireText(JsonElement value, string where)
    {
        if (value.ValueKind != JsonValueKind.String)
        {
            throw new RowError(RowErrorCodes.NoText, $"{where} is {Describe(value)}, not a text");
        }

        string text = value.GetString()!;
        return string.IsNullOrWhiteSpace(text) ? throw new RowError(RowErrorCodes.EmptyText, $"{where} is empty") : text;
    }

    /// <summary>A value's kind in words.</summary>
    public static string Describe(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => "null",
        JsonValueKind.String => "a text",
        JsonValueKind.Number => "a number",
        JsonValueKind.True or JsonValueKind.False => "true or false",
        JsonValueKind.Array => "a list",
        _ => "an object",
    };

    /// <inheritdoc/>
    public void Dispose() => _document.Dispose();

    private static void RequireUnicode(JsonElement value, string where)
    {
        try
        {
            switch (value.ValueKind)
            {
                case JsonValueKind.String:
                    RequireNoNul(value.GetString()!, where);
                    break;
                case JsonValueKind.Array:
                    foreach (JsonElement element in value.EnumerateArray())
                    {
                        RequireUnicode(element, where);
                    }

                    break;
                case JsonValueKind.Object:
                    foreach (JsonProperty property in value.EnumerateObject())
                    {
                        RequireNoNul(property.Name, where);
                        RequireUnicode(property.Value, where == "the row" ? $"'{property.Name}'" : where);
                    }

                    break;
            }
        }
        catch (InvalidOperationException)
        {
            throw new RowError(RowErrorCodes.InvalidUnicode, $"{where} is no valid Unicode (half of a surrogate pair)");
        }
    }

    private static void RequireNoNul(string text, string where)
    {
        if (text.Contains('\0', StringComparison.Ordinal))
        {
            throw new RowError(RowErrorCodes.InvalidUnicode, $"{where} contains the character U+0000, which databases cannot hold");
        }
    }
}

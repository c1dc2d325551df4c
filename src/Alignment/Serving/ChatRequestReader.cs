using System.Text.Json;

using Alignment.Shared.Preferences;

namespace Alignment.Serving;

/// <summary>Reads a body of <c>/v1/chat/completions</c>. Every error names its field.</summary>
internal static class ChatRequestReader
{
    /// <summary>Most answers to one request.</summary>
    public const int MostAnswers = 16;

    /// <summary>Most stop strings of one request.</summary>
    public const int MostStops = 4;

    /// <summary>Longest stop string, in UTF-16 units.</summary>
    public const int LongestStop = 256;

    /// <summary>Most alternatives told with a token.</summary>
    public const int MostAlternatives = 20;

    /// <summary>Most messages of a conversation, and most parts of one.</summary>
    public const int MostMessages = 2048;

    private static readonly HashSet<string> Read = new(StringComparer.Ordinal)
    {
        "model", "messages", "n", "max_tokens", "max_completion_tokens", "temperature", "top_p", "seed", "stop", "logprobs", "top_logprobs", "stream", "stream_options",
    };

    private static readonly HashSet<string> OfMessage = new(StringComparer.Ordinal) { "role", "content" };
    private static readonly HashSet<string> OfPart = new(StringComparer.Ordinal) { "type", "text" };
    private static readonly HashSet<string> OfStream = new(StringComparer.Ordinal) { "include_usage", "include_obfuscation" };

    /// <summary>Reads a body.</summary>
    /// <exception cref="ApiError">A field is absent, wrong, out of range or not supported.</exception>
    public static ChatRequest From(JsonElement body)
    {
        var fields = new Fields(body, "");
        FieldRules.CheckRequest(fields, Read);
        bool stream = fields.Flag("stream");
        return new ChatRequest
        {
            Model = fields.Text("model"),
            Messages = [.. Fields.List(fields.Required("messages"), "messages", MostMessages).Select((message, i) => Message(message, FormattableString.Invariant($"messages[{i}]")))],
            Answers = (int)(fields.Whole("n", 1, MostAnswers) ?? 1),
            MaxTokens = MaxTokens(fields),
            Temperature = fields.Number("temperature", 0, 2) ?? 1,
            TopP = fields.Number("top_p", 0, 1) ?? 1,
            Seed = fields.Whole("seed", long.MinValue, long.MaxValue),
            Stop = Stops(fields),
            Alternatives = Alternatives(fields),
            Stream = stream,
            IncludeUsage = IncludeUsage(fields, stream),
        };
    }

    private static int? MaxTokens(Fields fields)
    {
        long? old = fields.Whole("max_tokens", 1, int.MaxValue), current = fields.Whole("max_completion_tokens", 1, int.MaxValue);
        return old is not null && current is not null && old != current
            ? throw ApiError.Invalid("max_tokens", "invalid_value", "'max_tokens' and 'max_completion_tokens' differ: give one of them.")
            : (int?)(current ?? old);
    }

    private static IReadOnlyList<string> Stops(Fields fields)
    {
        if (fields.Value("stop") is not JsonElement value)
        {
            return [];
        }

        IReadOnlyList<string> stops = value.ValueKind == JsonValueKind.String ? [Fields.Text(value, "stop")]
            : [.. Fields.List(value, "stop", MostStops).Select((stop, i) => Fields.Text(stop, FormattableString.Invariant($"stop[{i}]")))];
        return stops.All(stop => stop.Length is > 0 and <= LongestStop) ? stops
            : throw ApiError.Invalid("stop", "invalid_value", FormattableString.Invariant($"A stop string must have 1 to {LongestStop} characters."));
    }

    private static int? Alternatives(Fields fields)
    {
        bool asked = fields.Flag("logprobs");
        long? count = fields.Whole("top_logprobs", 0, MostAlternatives);
        return !asked && count is not null
            ? throw ApiError.Invalid("top_logprobs", "invalid_value", "'top_logprobs' goes with \"logprobs\": true only.")
            : asked ? (int)(count ?? 0) : null;
    }

    private static bool IncludeUsage(Fields fields, bool stream)
    {
        if (fields.Value("stream_options") is not JsonElement value)
        {
            return false;
        }

        var options = new Fields(value, "stream_options");
        FieldRules.Only(options, OfStream);
        return stream ? options.Flag("include_usage")
            : throw ApiError.Invalid("stream_options", "invalid_value", "'stream_options' goes with \"stream\": true only.");
    }

    private static Message Message(JsonElement element, string path)
    {
        var fields = new Fields(element, path);
        FieldRules.CheckMessage(fields, OfMessage);
        string role = fields.Text("role") switch
        {
            "developer" => Roles.System, // OpenAI's newer word for the same; templates know the older one
            Roles.System => Roles.System,
            Roles.User => Roles.User,
            Roles.Assistant => Roles.Assistant,
            _ => throw ApiError.Invalid(fields.PathOf("role"), "invalid_value", $"'{fields.PathOf("role")}' must be system, developer, user or assistant."),
        };
        return new Message(role, Content(fields.Required("content"), fields.PathOf("content")));
    }

    private static string Content(JsonElement value, string path) => value.ValueKind == JsonValueKind.String ? Fields.Text(value, path)
        : value.ValueKind == JsonValueKind.Array ? string.Join('\n', Fields.List(value, path, MostMessages).Select((part, i) => Part(part, FormattableString.Invariant($"{path}[{i}]"))))
        : throw ApiError.WrongType(path, "a text or a list of parts");

    private static string Part(JsonElement element, string path)
    {
        var fields = new Fields(element, path);
        if (fields.Text("type") != "text")
        {
            throw ApiError.Invalid(fields.PathOf("type"), "unsupported_value", $"'{fields.PathOf("type")}' must be text: this server reads nothing else.");
        }

        FieldRules.Only(fields, OfPart);
        return fields.Text("text");
    }
}

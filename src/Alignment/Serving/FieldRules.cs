using System.Text.Json;

namespace Alignment.Serving;

/// <summary>
/// What happens to fields that this server does not act on: some have no effect here and are passed over, some are taken
/// only with the value that changes nothing, all others are errors that name them.
/// </summary>
internal static class FieldRules
{
    /// <summary>Fields of OpenAI's API that change no answer here: bookkeeping and speed.</summary>
    private static readonly HashSet<string> Passed = new(StringComparer.Ordinal)
    {
        "user", "metadata", "store", "safety_identifier", "prompt_cache_key", "prompt_cache_retention", "service_tier", "prediction", "parallel_tool_calls",
    };

    /// <summary>Fields that would change the answer, with the JSON values that ask for no change.</summary>
    private static readonly Dictionary<string, string[]> Unchanging = new(StringComparer.Ordinal)
    {
        ["frequency_penalty"] = ["0"],
        ["presence_penalty"] = ["0"],
        ["logit_bias"] = ["{}"],
        ["tools"] = ["[]"],
        ["tool_choice"] = ["\"none\"", "\"auto\""],
        ["functions"] = ["[]"],
        ["function_call"] = ["\"none\"", "\"auto\""],
        ["response_format"] = ["{\"type\":\"text\"}"],
        ["modalities"] = ["[\"text\"]"],
        ["reasoning_effort"] = ["\"none\""],
        ["verbosity"] = ["\"medium\""],
        ["audio"] = [],
        ["web_search_options"] = [],
    };

    /// <summary>Fields of a message that assistants' answers come with; sent back unchanged, they say nothing.</summary>
    private static readonly Dictionary<string, string[]> OfMessages = new(StringComparer.Ordinal)
    {
        ["name"] = [],
        ["refusal"] = [],
        ["annotations"] = ["[]"],
        ["audio"] = [],
        ["tool_calls"] = ["[]"],
        ["function_call"] = [],
        ["tool_call_id"] = [],
    };

    /// <summary>Checks the fields of a request that are not read.</summary>
    /// <exception cref="ApiError">Names the first field that cannot be passed over.</exception>
    public static void CheckRequest(Fields fields, IReadOnlySet<string> read) => Check(fields, name => read.Contains(name) || Passed.Contains(name), Unchanging);

    /// <summary>Checks the fields of a message that are not read.</summary>
    /// <exception cref="ApiError">Names the first field that cannot be passed over.</exception>
    public static void CheckMessage(Fields fields, IReadOnlySet<string> read) => Check(fields, read.Contains, OfMessages);

    /// <summary>Refuses all fields but those that are read.</summary>
    /// <exception cref="ApiError">Names the first other one.</exception>
    public static void Only(Fields fields, IReadOnlySet<string> read) => Check(fields, read.Contains, []);

    private static void Check(Fields fields, Predicate<string> isFine, Dictionary<string, string[]> unchanging)
    {
        foreach (string name in fields.Names.Where(name => !isFine(name)))
        {
            string path = fields.PathOf(name);
            if (!unchanging.TryGetValue(name, out string[]? values))
            {
                throw ApiError.Invalid(path, "unknown_parameter", $"Unknown parameter: '{path}'.");
            }

            JsonElement value = fields.Value(name)!.Value;
            if (!values.Any(allowed => Same(value, allowed)))
            {
                throw ApiError.Invalid(
                    path, "unsupported_parameter",
                    $"'{path}' is not supported by this server{(values.Length > 0 ? $" with a value other than {string.Join(" or ", values)}" : "")}: leave it out.");
            }
        }
    }

    private static bool Same(JsonElement value, string json)
    {
        using var other = JsonDocument.Parse(json);
        return JsonElement.DeepEquals(value, other.RootElement);
    }
}

using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Alignment.Pipeline.Runs.Models;

/// <summary>Reads evaluations.jsonl, which <c>align eval</c> writes.</summary>
internal static class EvaluationLines
{
    /// <summary>The measurements, oldest first; a line that is torn or damaged is passed over.</summary>
    public static IReadOnlyList<ModelEvaluation> Read(string path) =>
        File.Exists(path) ? [.. File.ReadLines(path).Select(Parse).OfType<ModelEvaluation>()] : [];

    private static ModelEvaluation? Parse(string line)
    {
        try
        {
            JsonNode entry = JsonNode.Parse(line)!;
            var figures = new OrderedDictionary<string, double>(StringComparer.Ordinal);
            foreach ((string name, JsonValue value) in JsonPaths.Of(entry["report"]))
            {
                if (value.GetValueKind() == JsonValueKind.Number)
                {
                    figures[name] = value.GetValue<double>();
                }
            }

            return new(
                DateTimeOffset.Parse(entry["time"]!.GetValue<string>(), CultureInfo.InvariantCulture).UtcDateTime,
                entry["kind"]!.GetValue<string>(), entry["data"]!.GetValue<string>(), entry["split"]!.GetValue<string>(), figures, entry["report"]?.ToJsonString() ?? "null");
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException or NullReferenceException)
        {
            return null;
        }
    }
}

/// <summary>The single values of a JSON value with the way to each.</summary>
internal static class JsonPaths
{
    /// <summary>Every value with its path joined by dots, in written order.</summary>
    public static IEnumerable<(string Name, JsonValue Value)> Of(JsonNode? node, string path = "")
    {
        string before = path.Length == 0 ? "" : path + ".";
        return node switch
        {
            JsonObject map => map.SelectMany(entry => Of(entry.Value, before + entry.Key)),
            JsonArray list => list.SelectMany((entry, i) => Of(entry, before + i.ToString(CultureInfo.InvariantCulture))),
            JsonValue value => [(path, value)],
            _ => [],
        };
    }
}

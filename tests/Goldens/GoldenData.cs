using System.Text.Json;
using System.Text.Json.Nodes;

namespace Alignment.Goldens;

/// <summary>
/// Where the reference data lies. <c>ALIGNMENT_GOLDENS</c> names a folder (set by <c>./test.sh goldens DIR</c>);
/// <c>ALIGNMENT_FULL=1</c> takes the whole set under <c>ALIGNMENT_SHARED</c>; else the small copy in this repository counts.
/// </summary>
internal static class GoldenData
{
    /// <summary>The repository's root folder.</summary>
    public static string Repository { get; } = FindRepository();

    /// <summary>The folder with the real model, the real data and the large goldens; it may be absent.</summary>
    public static string Shared { get; } =
        Environment.GetEnvironmentVariable("ALIGNMENT_SHARED") is { Length: > 0 } set ? set : Path.Combine(Repository, "..", "shared");

    /// <summary>True when the large goldens, the real model and the real data are asked for.</summary>
    public static bool Full { get; } = Environment.GetEnvironmentVariable("ALIGNMENT_FULL") == "1";

    /// <summary>The folder that holds tolerances.json and the suites.</summary>
    public static string Root { get; } =
        Environment.GetEnvironmentVariable("ALIGNMENT_GOLDENS") is { Length: > 0 } given ? Path.GetFullPath(given)
        : Full ? Path.GetFullPath(Path.Combine(Shared, "goldens"))
        : Path.Combine(Repository, "tests", "Goldens");

    /// <summary>A path below <see cref="Root"/>.</summary>
    public static string At(params string[] parts) => Path.Combine([Root, .. parts]);

    /// <summary>A limit of tolerances.json of the folder that the suite runs on.</summary>
    public static double Limit(string suite, string name) =>
        Tolerances(suite)[name]?.GetValue<double>() ?? throw new InvalidDataException($"{At("tolerances.json")}: block '{suite}' has no limit '{name}'");

    /// <summary>A block of tolerances.json.</summary>
    public static JsonObject Tolerances(string suite) =>
        Json(At("tolerances.json")).AsObject()[suite]?.AsObject() ?? throw new InvalidDataException($"{At("tolerances.json")} has no block '{suite}'");

    /// <summary>True when the folder has this suite: a block in tolerances.json and a folder of that name.</summary>
    public static bool Has(string suite) =>
        File.Exists(At("tolerances.json")) && Json(At("tolerances.json")).AsObject().ContainsKey(suite) && Directory.Exists(At(suite));

    /// <summary>Parses a JSON file.</summary>
    public static JsonNode Json(string path) => JsonNode.Parse(File.ReadAllText(path))!;

    /// <summary>Parses a file with one JSON object per line.</summary>
    public static IEnumerable<JsonObject> JsonLines(string path) =>
        File.ReadLines(path).Where(line => line.Length > 0).Select(line => JsonNode.Parse(line)!.AsObject());

    /// <summary>A number that may be written as "NaN", "Infinity" or "-Infinity".</summary>
    public static double Number(JsonNode? node) => node!.GetValueKind() == JsonValueKind.String
        ? node.GetValue<string>() switch
        {
            "NaN" => double.NaN,
            "Infinity" => double.PositiveInfinity,
            "-Infinity" => double.NegativeInfinity,
            string other => throw new InvalidDataException($"'{other}' is no number"),
        }
        : node.GetValue<double>();

    private static string FindRepository()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Alignment.sln")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException("Alignment.sln was not found above " + AppContext.BaseDirectory);
    }
}

using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

using Alignment.Shared;
using Alignment.Shared.Snapshots;

namespace Alignment.Evaluation;

/// <summary>evaluations.jsonl: what was measured on a model, beside the model (of a run, beside its <c>model/</c>). One line a measurement, appended.</summary>
public static class EvaluationFile
{
    /// <summary>The file's name.</summary>
    public const string Name = "evaluations.jsonl";

    private static readonly JsonSerializerOptions Form = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>Appends a measurement; does nothing for a model outside the data folder, which is not ours to write beside.</summary>
    /// <param name="model">the model's path</param>
    /// <param name="folder">the data folder</param>
    /// <param name="kind">what was measured: preference, reward …</param>
    /// <param name="data">on which data</param>
    /// <param name="split">on which of its rows</param>
    /// <param name="report">the figures</param>
    public static void Append<T>(string model, DataFolder folder, string kind, TrainingData data, SnapshotSplit split, T report)
    {
        string full = Path.GetFullPath(model);
        string? beside = full.StartsWith(Path.GetFullPath(folder.Runs) + Path.DirectorySeparatorChar, StringComparison.Ordinal) ? Path.GetDirectoryName(full)
            : full.StartsWith(Path.GetFullPath(folder.Models) + Path.DirectorySeparatorChar, StringComparison.Ordinal) ? Directory.Exists(full) ? full : Path.GetDirectoryName(full)
            : null;
        if (beside is null)
        {
            return;
        }

        var line = new JsonObject
        {
            ["time"] = DateTimeOffset.UtcNow.ToString("O", CultureInfo.InvariantCulture),
            ["kind"] = kind,
            ["data"] = Path.GetFileName(Path.TrimEndingDirectorySeparator(data.Path)),
            ["data_sha256"] = data.Sha256,
            ["split"] = split.ToString().ToLowerInvariant(),
            ["report"] = JsonSerializer.SerializeToNode(report, Form),
        };
        File.AppendAllText(Path.Combine(beside, Name), line.ToJsonString(Form) + "\n");
    }
}

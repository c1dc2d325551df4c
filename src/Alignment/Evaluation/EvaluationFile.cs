using System.Globalization;
using System.Text;
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
    /// <exception cref="UserError">The file cannot be written, or the disk is full.</exception>
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
        AppendLine(Path.Combine(beside, Name), line.ToJsonString(Form));
    }

    private static void AppendLine(string path, string line)
    {
        try
        {
            using var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, System.IO.FileShare.Read, bufferSize: 0);
            long end = JsonLines.WholeLength(file); // a line that a full disk cut off is written over
            if (end < file.Length)
            {
                file.SetLength(end);
            }

            file.Position = end;
            file.Write(Encoding.UTF8.GetBytes(line + "\n"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserError($"{path} can not be written: {e.Message} Free disk space or mend the folder's permissions and measure again: what was computed is kept", ExitCodes.Failed, e);
        }
    }
}

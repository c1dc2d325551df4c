using System.Text.Json;
using System.Text.Json.Nodes;
using Alignment.Shared;
using Alignment.Shared.Runs;

namespace Alignment.Pipeline.Runs.Models;

/// <summary>The models of the data folder: those under models/ and the results of runs. The folders are the truth; no row is kept.</summary>
internal sealed class ModelShelf(DataFolder data)
{
    private const string OriginFile = "origin.json";
    private const string EvaluationsFile = "evaluations.jsonl";
    private const int LongestLineage = 50;

    /// <summary>All models, newest first.</summary>
    public IReadOnlyList<ModelSummary> List() =>
    [
        .. Folders(data.Models).Concat(Folders(data.Runs).Where(folder => File.Exists(Path.Combine(folder, "model", ModelSource.ConfigFile))))
            .Select(Summary).OfType<ModelSummary>()
            .OrderBy(model => model.Kind == ModelKind.Trained).ThenByDescending(model => model.ChangedAt).ThenBy(model => model.Name, StringComparer.Ordinal),
    ];

    /// <summary>One model.</summary>
    /// <exception cref="UserError">There is none of this name.</exception>
    public ModelDetails Show(string name)
    {
        string path = ModelSource.Resolve(name, data.Models, data);
        string place = new[] { Path.Combine(data.Models, name), Path.Combine(data.Runs, name) }.FirstOrDefault(Path.Exists) ?? path;
        ModelSummary summary = Summary(place) ?? throw new UserError($"there is no model '{name}' in {data.Root}");
        return new(summary, path, Origin(place), [.. Lineage(summary)], EvaluationLines.Read(Path.Combine(Folder(place), EvaluationsFile)));
    }

    private static IEnumerable<string> Folders(string folder) =>
        Directory.Exists(folder) ? Directory.EnumerateFileSystemEntries(folder).Where(path => Path.GetFileName(path)[0] != '.') : [];

    private static string Folder(string place) => Directory.Exists(place) ? place : Path.GetDirectoryName(place)!;

    private ModelSummary? Summary(string place)
    {
        bool ofRun = Path.GetDirectoryName(Path.GetFullPath(place)) == Path.GetFullPath(data.Runs);
        string model = ofRun ? Path.Combine(place, "model") : place;
        FileInfo[] files = File.Exists(model) ? [new(model)] : Directory.Exists(model) ? new DirectoryInfo(model).GetFiles() : [];
        if (!files.Any(file => file.Name == ModelSource.ConfigFile || file.Extension is ".gguf" or ".safetensors"))
        {
            return null;
        }

        ModelFacts? facts = File.Exists(model) ? null : ModelFacts.Of(model);
        ModelStep? step = ofRun ? Step(new RunFolder(place)) : null;
        return new(
            Path.GetFileName(place),
            ofRun ? ModelKind.Trained : !File.Exists(place) && File.Exists(Path.Combine(place, OriginFile)) ? ModelKind.Imported : ModelKind.Base,
            facts?.Family, facts?.Parameters, files.Sum(file => file.Length), files.Max(file => file.LastWriteTimeUtc),
            ofRun ? Path.GetFileName(place) : null, step?.Model, step?.Data,
            File.Exists(place) ? 0 : EvaluationLines.Read(Path.Combine(place, EvaluationsFile)).Count);
    }

    private static OrderedDictionary<string, string> Origin(string place)
    {
        string path = Path.Combine(Folder(place), OriginFile);
        var origin = new OrderedDictionary<string, string>(StringComparer.Ordinal);
        if (Directory.Exists(place) && File.Exists(path))
        {
            try
            {
                foreach ((string name, JsonValue value) in JsonPaths.Of(JsonNode.Parse(File.ReadAllText(path))))
                {
                    origin[name] = value.ToString();
                }
            }
            catch (JsonException)
            {
                origin["problem"] = $"{path} is no JSON";
            }
        }

        return origin;
    }

    // A run's parent may be a run again; a ring, which only a hand-made run.yaml can make, ends at its limit.
    private IEnumerable<ModelStep> Lineage(ModelSummary model)
    {
        string? run = model.Run;
        for (int i = 0; run is not null && i < LongestLineage; i++)
        {
            if (Step(new RunFolder(Path.Combine(data.Runs, run))) is not { } step)
            {
                yield break;
            }

            yield return step;
            run = step.Model == Path.GetFileName(step.Model) && !Path.Exists(Path.Combine(data.Models, step.Model)) && Directory.Exists(Path.Combine(data.Runs, step.Model)) ? step.Model : null;
        }
    }

    private static ModelStep? Step(RunFolder folder)
    {
        string yaml = File.Exists(folder.ResolvedYaml) ? folder.ResolvedYaml : folder.RunYaml;
        try
        {
            var spec = RunSpecYaml.Load(yaml);
            RunManifest? manifest = File.Exists(folder.Manifest) ? RunManifest.Read(folder.Manifest) : null;
            return new(folder.Id, spec.Trainer, spec.Model, spec.Data, manifest?.Data.Sha256, manifest?.Started.UtcDateTime);
        }
        catch (UserError)
        {
            return null; // a run.yaml of another version: the model is listed without its past
        }
    }
}

using Alignment.Shared;
using Alignment.Shared.Runs;
using Alignment.Shared.Snapshots;

namespace Alignment.Pipeline.Runs.Check;

/// <summary>Checks a run.yaml as far as that is possible without opening its model: keys, values, names, the kind of its rows.</summary>
internal sealed class RunYamlCheck(DataFolder folder)
{
    /// <summary>The name that errors have in front.</summary>
    public const string FileName = "run.yaml";

    private static readonly Dictionary<string, SnapshotKind[]> Reads = new()
    {
        [TrainerNames.Dpo] = [SnapshotKind.Preference],
        [TrainerNames.Sft] = [SnapshotKind.Preference, SnapshotKind.Demonstration, SnapshotKind.Text],
    };

    /// <summary>Checks a run.yaml.</summary>
    /// <param name="yaml">Its content.</param>
    /// <param name="baseFolder">Its folder, where relative paths start; null for a run that has none yet.</param>
    public RunCheck Check(string yaml, string? baseFolder = null)
    {
        try
        {
            var spec = RunSpecYaml.Parse(yaml, FileName);
            return new([.. Unresolved(spec, yaml, baseFolder ?? NewFolder)], spec, RunSpecYaml.Write(spec));
        }
        catch (RunSpecException e)
        {
            return new(e.Found, null, null);
        }
    }

    /// <summary>What a run.yaml says.</summary>
    /// <exception cref="RunSpecException">Something is wrong with it; all errors.</exception>
    public RunSpec Require(string yaml)
    {
        RunCheck check = Check(yaml);
        return check.Errors.Count == 0 ? check.Spec! : throw new RunSpecException(FileName, check.Errors);
    }

    /// <summary>The path of the model of a run that has no folder yet.</summary>
    public string ModelOf(RunSpec spec) => ModelSource.Resolve(spec.Model, NewFolder, folder);

    /// <summary>The path of the rows of a run that has no folder yet.</summary>
    public string DataOf(RunSpec spec) => TrainingData.Resolve(spec.Data, NewFolder, folder);

    // As deep as the folder that the run will get, which is all that a relative path asks about.
    private string NewFolder => Path.Combine(folder.Runs, "new");

    private IEnumerable<RunSpecError> Unresolved(RunSpec spec, string yaml, string baseFolder)
    {
        (string Key, Func<string?> Look)[] names =
        [
            ("model", () => Missing(() => ModelSource.Resolve(spec.Model, baseFolder, folder))),
            ("data", () => Missing(() => TrainingData.Resolve(spec.Data, baseFolder, folder)) ?? WrongKind(spec, TrainingData.Resolve(spec.Data, baseFolder, folder))),
            ("reference", () => (spec as DpoSpec)?.Reference is string reference ? Missing(() => ModelSource.Resolve(reference, baseFolder, folder)) : null),
            ("evaluate.data", () => spec.Evaluate.Data is string held ? Missing(() => TrainingData.Resolve(held, baseFolder, folder)) : null),
        ];
        return names.Select(name => (name.Key, Problem: name.Look()))
            .Where(name => name.Problem is not null)
            .Select(name => new RunSpecError(LineOf(yaml, name.Key.Split('.')[^1], name.Key.Contains('.', StringComparison.Ordinal)), $"{name.Key}: {name.Problem}"))
            .OrderBy(error => error.Line);
    }

    private static string? Missing(Func<string> resolve)
    {
        try
        {
            resolve();
            return null;
        }
        catch (UserError e)
        {
            return e.Message;
        }
    }

    private static string? WrongKind(RunSpec spec, string data)
    {
        if (!SnapshotReader.IsSnapshot(data) || !Reads.TryGetValue(spec.Trainer, out SnapshotKind[]? kinds))
        {
            return null;
        }

        string path = Path.Combine(data, SnapshotManifest.FileName);
        SnapshotKind kind = SnapshotManifest.Parse(File.ReadAllText(path), path).Kind;
        return kinds.Contains(kind) ? null
            : $"{spec.Trainer} reads {string.Join(" or ", kinds.Select(SnapshotKinds.Name))} rows; those of '{spec.Data}' are {kind.Name()} rows: freeze the dataset with another --kind, or take another trainer";
    }

    private static int LineOf(string yaml, string key, bool indented)
    {
        string[] lines = yaml.Split('\n');
        int at = Array.FindIndex(lines, line => indented
            ? line.Contains(key + ":", StringComparison.Ordinal) && !line.StartsWith(key, StringComparison.Ordinal)
            : line.StartsWith(key + ":", StringComparison.Ordinal) || line.StartsWith($"\"{key}\":", StringComparison.Ordinal));
        return at < 0 ? 1 : at + 1;
    }
}

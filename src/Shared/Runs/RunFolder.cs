using System.Globalization;

namespace Alignment.Shared.Runs;

/// <summary>The paths of one run's folder.</summary>
/// <param name="Root">The folder.</param>
public sealed record RunFolder(string Root)
{
    private const string CheckpointPrefix = "step-";

    /// <summary>The folder's name: the run's id.</summary>
    public string Id => Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(Root)));

    /// <summary>The run.yaml as it was given.</summary>
    public string RunYaml => At("run.yaml");

    /// <summary>The run.yaml with every default written out.</summary>
    public string ResolvedYaml => At("resolved.yaml");

    /// <summary>What the run was made with: hashes, versions, device, threads, seed, command.</summary>
    public string Manifest => At("manifest.json");

    /// <summary>State, step, attempt, process (<see cref="RunStatus"/>).</summary>
    public string Status => At("status.json");

    /// <summary>One line per step (<see cref="MetricRecord"/>).</summary>
    public string Metrics => At("metrics.jsonl");

    /// <summary>Answers to held-out prompts.</summary>
    public string Samples => At("samples.jsonl");

    /// <summary>What the command printed.</summary>
    public string ConsoleLog => At("console.log");

    /// <summary>What was measured on the result.</summary>
    public string Evaluations => At("evaluations.jsonl");

    /// <summary>A file of this name asks the loop to end between two steps.</summary>
    public string StopFile => At("stop");

    /// <summary>The folder with the checkpoints.</summary>
    public string Checkpoints => At("checkpoints");

    /// <summary>The result as a Hugging Face folder.</summary>
    public string Model => At("model");

    /// <summary>The adapter as a PEFT folder; only of runs with adapters.</summary>
    public string Adapter => At("adapter");

    /// <summary>True when somebody asked the run to stop.</summary>
    public bool StopRequested => File.Exists(StopFile);

    /// <summary>The folder of the checkpoint after a step.</summary>
    public string Checkpoint(int step) => Path.Combine(Checkpoints, CheckpointPrefix + step.ToString(CultureInfo.InvariantCulture));

    /// <summary>The steps of the checkpoints that are there, ascending. Folders that were being written have another name and do not count.</summary>
    public IReadOnlyList<int> CheckpointSteps()
    {
        if (!Directory.Exists(Checkpoints))
        {
            return [];
        }

        return [.. Directory.EnumerateDirectories(Checkpoints, CheckpointPrefix + "*")
            .Select(folder => Path.GetFileName(folder)[CheckpointPrefix.Length..])
            .Where(text => text.Length > 0 && text.All(char.IsAsciiDigit) && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            .Select(text => int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture))
            .Order()];
    }

    /// <summary>Makes a new run's folder: <c>trainer-yyyyMMdd-HHmmss</c> in UTC, with a number behind it when the name is taken.</summary>
    /// <param name="runs">The folder of all runs.</param>
    /// <param name="trainer">The trainer's name.</param>
    /// <param name="now">The time of the start.</param>
    public static RunFolder Create(string runs, string trainer, DateTimeOffset now)
    {
        Directory.CreateDirectory(runs);
        string name = string.Create(CultureInfo.InvariantCulture, $"{trainer}-{now.UtcDateTime:yyyyMMdd-HHmmss}");
        for (int i = 1; ; i++)
        {
            string path = Path.Combine(runs, i == 1 ? name : string.Create(CultureInfo.InvariantCulture, $"{name}-{i}"));

            // Two runs that start in the same second: creating a marker file exclusively says who has the name.
            if (!Path.Exists(path) && TryClaim(path))
            {
                return new RunFolder(path);
            }
        }
    }

    private static bool TryClaim(string path)
    {
        Directory.CreateDirectory(path);
        try
        {
            using var claim = new FileStream(Path.Combine(path, "metrics.jsonl"), FileMode.CreateNew);
            return true;
        }
        catch (IOException) when (File.Exists(Path.Combine(path, "metrics.jsonl")))
        {
            return false;
        }
    }

    private string At(string name) => Path.Combine(Root, name);
}

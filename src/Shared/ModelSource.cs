namespace Alignment.Shared;

/// <summary>Where the model lies that a user names: in run.yaml's <c>model:</c>, on a command line.</summary>
public static class ModelSource
{
    /// <summary>The file that makes a folder a model.</summary>
    public const string ConfigFile = "config.json";

    /// <summary>Weights in one file; a folder with them alone is a model that can be read and not run.</summary>
    public const string WeightsFile = "model.safetensors";

    /// <summary>
    /// Finds a model: a name under <c>models/</c>, a run's id, a Hugging Face folder or a GGUF file. A run stands for its
    /// <c>model/</c>, a folder without config.json for the only GGUF file in it.
    /// </summary>
    /// <param name="name">as the user wrote it</param>
    /// <param name="baseFolder">what relative paths start from: run.yaml's folder, or the current one</param>
    /// <param name="data">the data folder</param>
    /// <returns>the full path of a Hugging Face folder or of a GGUF file</returns>
    /// <exception cref="UserError">Nothing of that name is a model; the message says where was looked.</exception>
    public static string Resolve(string name, string baseFolder, DataFolder data)
    {
        if (string.IsNullOrWhiteSpace(name))
        {
            throw new UserError("the model's name is empty: give a name under models/, a run's id, a Hugging Face folder or a GGUF file");
        }

        string[] places = IsPlainName(name)
            ? [Path.Combine(data.Models, name), Path.Combine(data.Runs, name), Path.GetFullPath(name, Path.GetFullPath(baseFolder))]
            : [Path.GetFullPath(name, Path.GetFullPath(baseFolder))];
        return places.Select(ModelAt).FirstOrDefault(found => found is not null)
            ?? throw new UserError($"model '{name}' was not found; looked for a folder with config.json, a run with a model, and a GGUF file at {string.Join(", ", places)}");
    }

    private static bool IsPlainName(string name) => name is not ("." or "..") && !name.Contains('/', StringComparison.Ordinal) && !name.Contains('\\', StringComparison.Ordinal);

    private static string? ModelAt(string path)
    {
        if (File.Exists(path))
        {
            return path;
        }

        if (!Directory.Exists(path))
        {
            return null;
        }

        string ofRun = Path.Combine(path, "model");
        string[] ggufs = Directory.GetFiles(path, "*.gguf");
        return File.Exists(Path.Combine(path, ConfigFile)) ? path
            : File.Exists(Path.Combine(ofRun, ConfigFile)) ? ofRun
            : ggufs.Length == 1 ? ggufs[0]
            : File.Exists(Path.Combine(path, WeightsFile)) ? path
            : null;
    }
}

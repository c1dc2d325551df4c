using System.Text.Json.Nodes;

using static TorchSharp.torch;

namespace Alignment.Checkpoints;

/// <summary>A GGUF file as the Hugging Face folder that it was made from: checkpoint names, rows in their own order, config.json.</summary>
public sealed class GgufCheckpoint : ICheckpoint
{
    private GgufCheckpoint(GgufFile file, JsonObject config)
    {
        File = file;
        Config = config;
    }

    /// <summary>The file below: its metadata holds tokenizer and chat template.</summary>
    public GgufFile File { get; }

    /// <summary>config.json as derived from the metadata.</summary>
    public JsonObject Config { get; }

    /// <inheritdoc/>
    public string Path => File.Path;

    /// <inheritdoc/>
    public IReadOnlyCollection<string> Names => throw new NotImplementedException();

    /// <inheritdoc/>
    public IReadOnlyList<string> Files => [Path];

    /// <summary>Opens a file of a supported architecture.</summary>
    /// <exception cref="Shared.UserError">The file is damaged, or its architecture is not supported (named).</exception>
    public static GgufCheckpoint Open(string path) => new(GgufFile.Open(path), []);

    /// <inheritdoc/>
    public bool Has(string name) => throw new NotImplementedException(name);

    /// <inheritdoc/>
    public TensorInfo Info(string name) => throw new NotImplementedException(name);

    /// <inheritdoc/>
    public Tensor Read(string name, ScalarType dtype, Device device) => throw new NotImplementedException(name);

    /// <inheritdoc/>
    public void Dispose() => File.Dispose();
}

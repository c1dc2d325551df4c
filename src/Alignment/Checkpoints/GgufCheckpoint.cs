using System.Text.Json.Nodes;

using Alignment.Shared;

using TorchSharp;

using static TorchSharp.torch;

namespace Alignment.Checkpoints;

/// <summary>A GGUF file as the Hugging Face folder that it was made from: checkpoint names, rows in their own order, config.json.</summary>
public sealed class GgufCheckpoint : ICheckpoint
{
    private const string RopeFactors = "rope_freqs.weight";
    private readonly OrderedDictionary<string, GgufTensor> _tensors = new(StringComparer.Ordinal);

    private GgufCheckpoint(GgufFile file, JsonObject config)
    {
        File = file;
        Config = config;
        foreach (GgufTensor tensor in file.Tensors.Where(tensor => tensor.Name != RopeFactors))
        {
            if (!_tensors.TryAdd(GgufLlama.CheckpointName(tensor.Name), tensor))
            {
                throw new UserError($"{file.Path}: two tensors stand for '{GgufLlama.CheckpointName(tensor.Name)}'");
            }
        }
    }

    /// <summary>The file below: its metadata holds tokenizer and chat template.</summary>
    public GgufFile File { get; }

    /// <summary>config.json as derived from the metadata.</summary>
    public JsonObject Config { get; }

    /// <inheritdoc/>
    public string Path => File.Path;

    /// <inheritdoc/>
    public IReadOnlyCollection<string> Names => _tensors.Keys;

    /// <inheritdoc/>
    public IReadOnlyList<string> Files => [Path];

    /// <summary>Opens a file of a supported architecture.</summary>
    /// <exception cref="UserError">The file is damaged, or its architecture is not supported (named).</exception>
    public static GgufCheckpoint Open(string path)
    {
        GgufFile file = GgufFile.Open(path);
        try
        {
            return new GgufCheckpoint(file, GgufLlama.Config(file));
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public bool Has(string name) => _tensors.ContainsKey(name);

    /// <inheritdoc/>
    public TensorInfo Info(string name)
    {
        GgufTensor tensor = Find(name);
        return new TensorInfo(name, tensor.Type, ScalarType.Float32, tensor.Shape, tensor.Bytes);
    }

    /// <inheritdoc/>
    public Tensor Read(string name, ScalarType dtype, Device device)
    {
        GgufTensor tensor = Find(name);
        using DisposeScope scope = NewDisposeScope();
        Tensor values = File.Read(tensor.Name, dtype, device);
        return scope.MoveToOuter(GgufLlama.PermutedHeads(tensor.Name, Config) is long heads
            ? Unpermute(values, heads, $"{Path}: tensor '{tensor.Name}'")
            : values);
    }

    /// <inheritdoc/>
    public void Dispose() => File.Dispose();

    /// <summary>
    /// llama.cpp pairs neighbouring rows for its rotation, Hugging Face the halves of a head: undoes the reordering.
    /// </summary>
    /// <param name="values">[rows, ...]</param>
    /// <param name="heads">rows are heads · head size</param>
    /// <param name="what">for errors</param>
    private static Tensor Unpermute(Tensor values, long heads, string what)
    {
        long[] shape = values.shape;
        if (heads < 1 || shape.Length == 0 || shape[0] % (2 * heads) != 0)
        {
            throw new UserError($"{what}: [{string.Join(", ", shape)}] does not fit {heads} heads");
        }

        return values.reshape(heads, shape[0] / heads / 2, 2, -1).transpose(1, 2).reshape(shape); // [heads, D/2, 2, H] to [heads, 2, D/2, H]
    }

    private GgufTensor Find(string name) =>
        _tensors.GetValueOrDefault(name) ?? throw new UserError($"{Path}: there is no tensor '{name}'");
}

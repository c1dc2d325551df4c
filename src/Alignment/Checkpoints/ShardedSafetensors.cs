using System.Text.Json.Nodes;

using Alignment.Shared;

using static TorchSharp.torch;

namespace Alignment.Checkpoints;

/// <summary>The shards of a checkpoint, found by <c>model.safetensors.index.json</c>.</summary>
public sealed class ShardedSafetensors : ICheckpoint
{
    private readonly OrderedDictionary<string, SafetensorsFile> _shards = new(StringComparer.Ordinal);
    private readonly OrderedDictionary<string, SafetensorsFile> _tensors = new(StringComparer.Ordinal);

    private ShardedSafetensors(string index) => Path = index;

    /// <summary>The index.</summary>
    public string Path { get; }

    /// <inheritdoc/>
    public IReadOnlyCollection<string> Names => _tensors.Keys;

    /// <inheritdoc/>
    public IReadOnlyList<string> Files => [Path, .. _shards.Values.Select(shard => shard.Path)];

    /// <summary>Opens an index and every shard that it names.</summary>
    /// <exception cref="UserError">
    /// The index is damaged, names a file outside its folder, a shard that is not there, or a tensor that its shard lacks.
    /// </exception>
    public static ShardedSafetensors Open(string index)
    {
        JsonObject map = JsonFile.ReadObject(index)["weight_map"] as JsonObject
            ?? throw new UserError($"{index}: 'weight_map' is missing: this is no index of a sharded checkpoint");
        var checkpoint = new ShardedSafetensors(index);
        try
        {
            foreach ((string name, JsonNode? shard) in map)
            {
                checkpoint.Add(name, shard is JsonValue value && value.TryGetValue(out string? file)
                    ? file
                    : throw new UserError($"{index}: tensor '{name}': its shard is no text"));
            }

            checkpoint.AddUnlisted();
            return checkpoint;
        }
        catch
        {
            checkpoint.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public bool Has(string name) => _tensors.ContainsKey(name);

    /// <inheritdoc/>
    public TensorInfo Info(string name) => Find(name).Info(name);

    /// <inheritdoc/>
    public Tensor Read(string name, ScalarType dtype, Device device) => Find(name).Read(name, dtype, device);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (SafetensorsFile shard in _shards.Values)
        {
            shard.Dispose();
        }
    }

    private SafetensorsFile Find(string name) =>
        _tensors.GetValueOrDefault(name) ?? throw new UserError($"{Path}: there is no tensor '{name}'");

    private void Add(string name, string file)
    {
        if (!_shards.TryGetValue(file, out SafetensorsFile? shard))
        {
            if (file.Length == 0 || file is "." or ".." || file.Contains('/') || file.Contains('\\'))
            {
                throw new UserError($"{Path}: tensor '{name}': the index points at '{file}', which is no file of this folder; refused");
            }

            string path = System.IO.Path.Combine(System.IO.Path.GetDirectoryName(Path)!, file);
            if (!File.Exists(path))
            {
                throw new UserError($"{path}: no such file, but {System.IO.Path.GetFileName(Path)} names it as a shard. Download it too.");
            }

            shard = SafetensorsFile.Open(path);
            _shards.Add(file, shard);
        }

        if (!shard.Has(name))
        {
            throw new UserError($"{Path}: tensor '{name}' should be in {file}, which does not hold it. The index belongs to other files; download all of them again.");
        }

        _tensors.Add(name, shard);
    }

    private void AddUnlisted()
    {
        foreach (SafetensorsFile shard in _shards.Values)
        {
            foreach (string name in shard.Names)
            {
                _tensors.TryAdd(name, shard);
            }
        }
    }
}

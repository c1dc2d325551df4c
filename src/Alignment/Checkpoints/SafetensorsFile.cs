using Alignment.Shared;

using TorchSharp;

using static TorchSharp.torch;

namespace Alignment.Checkpoints;

/// <summary>
/// A safetensors file, memory-mapped. Tensors are views of private pages: nothing is read before it is used, and the
/// mapping lives as long as the last view does.
/// </summary>
public sealed class SafetensorsFile : ICheckpoint
{
    private readonly SafetensorsHeader _header;
    private readonly Dictionary<string, (TensorInfo Info, long Offset)> _tensors;
    private readonly Dictionary<ScalarType, Tensor> _mappings = [];
    private readonly string[] _names;

    private SafetensorsFile(string path, SafetensorsHeader header)
    {
        Path = path;
        _header = header;
        _tensors = header.Tensors.ToDictionary(tensor => tensor.Info.Name, StringComparer.Ordinal);
        _names = [.. header.Tensors.Select(tensor => tensor.Info.Name)];
    }

    /// <inheritdoc/>
    public string Path { get; }

    /// <inheritdoc/>
    public IReadOnlyCollection<string> Names => _names;

    /// <inheritdoc/>
    public IReadOnlyList<string> Files => [Path];

    /// <summary>The entries of <c>__metadata__</c>.</summary>
    public IReadOnlyDictionary<string, string> Metadata => _header.Metadata;

    /// <summary>Opens a file and checks its whole header.</summary>
    /// <exception cref="UserError">The file is absent, damaged or of another kind; the message names file, tensor and problem.</exception>
    public static SafetensorsFile Open(string path) => new(path, SafetensorsHeader.Read(path));

    /// <inheritdoc/>
    public bool Has(string name) => _tensors.ContainsKey(name);

    /// <inheritdoc/>
    public TensorInfo Info(string name) => Find(name).Info;

    /// <summary>Reads one tensor in its stored dtype on the CPU.</summary>
    public Tensor Read(string name) => Read(name, Info(name).Dtype, CPU);

    /// <inheritdoc/>
    public Tensor Read(string name, ScalarType dtype, Device device)
    {
        (TensorInfo info, long offset) = Find(name);
        long[] shape = [.. info.Shape];
        if (info.Bytes == 0)
        {
            return empty(shape, dtype: dtype, device: device);
        }

        using DisposeScope scope = NewDisposeScope();
        Tensor stored = View(info, _header.DataStart + offset).reshape(shape);
        return scope.MoveToOuter(stored.to(dtype, device));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Tensor mapping in _mappings.Values)
        {
            mapping.Dispose();
        }

        _mappings.Clear();
    }

    private (TensorInfo Info, long Offset) Find(string name) =>
        _tensors.TryGetValue(name, out (TensorInfo, long) found) ? found : throw new UserError($"{Path}: there is no tensor '{name}'");

    private Tensor View(TensorInfo info, long position)
    {
        int size = SafetensorsDtype.Of(info.Dtype).Size;
        if (position % size != 0)
        {
            return Copy(info, position);
        }

        return Mapping(info.Dtype, size).narrow(0, position / size, info.Count); // [count]
    }

    /// <summary>The whole file as elements of one dtype; made on first use, outside every scope.</summary>
    private Tensor Mapping(ScalarType dtype, int size)
    {
        if (!_mappings.TryGetValue(dtype, out Tensor? mapping))
        {
            mapping = from_file(Path, false, WrongFiles.Length(Path) / size, dtype, device: CPU).DetachFromDisposeScope();
            _mappings.Add(dtype, mapping);
        }

        return mapping;
    }

    /// <summary>A tensor whose data is not aligned to its elements (other writers' files) is copied.</summary>
    private Tensor Copy(TensorInfo info, long position)
    {
        Tensor copy = empty(info.Count, dtype: info.Dtype, device: CPU);
        using FileStream file = WrongFiles.OpenRead(Path);
        file.Position = position;
        TensorBytes.ForEachSpan(copy, span => file.ReadExactly(span));
        return copy;
    }
}

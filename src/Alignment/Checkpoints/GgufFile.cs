using static TorchSharp.torch;

namespace Alignment.Checkpoints;

/// <summary>A tensor of a GGUF file.</summary>
/// <param name="Name">ggml's name, e.g. blk.0.attn_q.weight</param>
/// <param name="Type">ggml's type name, e.g. Q8_0</param>
/// <param name="Shape">row-major</param>
/// <param name="Offset">of the data, from the start of the file</param>
/// <param name="Bytes">stored length</param>
public sealed record GgufTensor(string Name, string Type, IReadOnlyList<long> Shape, long Offset, long Bytes);

/// <summary>A GGUF file (versions 2 and 3, little-endian), memory-mapped.</summary>
public sealed class GgufFile : IDisposable
{
    private GgufFile(string path, IReadOnlyDictionary<string, object> metadata, IReadOnlyList<GgufTensor> tensors)
    {
        Path = path;
        Metadata = metadata;
        Tensors = tensors;
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>
    /// Metadata in file order: byte, sbyte, ushort, short, uint, int, ulong, long, float, double, bool, string, and arrays of
    /// these (byte[] … string[]; arrays of arrays are object[]).
    /// </summary>
    public IReadOnlyDictionary<string, object> Metadata { get; }

    /// <summary>The tensors in the order of their entries.</summary>
    public IReadOnlyList<GgufTensor> Tensors { get; }

    /// <summary>Opens a file and checks its whole header.</summary>
    /// <exception cref="Shared.UserError">The file is absent, damaged or of another kind.</exception>
    public static GgufFile Open(string path) => new(path, new Dictionary<string, object>(), []);

    /// <summary>Reads one tensor under its ggml name, dequantised to fp32, rows as stored.</summary>
    /// <exception cref="Shared.UserError">There is no such tensor, or its type is not supported (named).</exception>
    public Tensor Read(string name) => throw new NotImplementedException(name);

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}

using System.IO.MemoryMappedFiles;

using Alignment.Shared;


using TorchSharp;

using static TorchSharp.torch;

namespace Alignment.Checkpoints;

/// <summary>A tensor of a GGUF file.</summary>
/// <param name="Name">ggml's name, e.g. blk.0.attn_q.weight</param>
/// <param name="Type">ggml's type name, e.g. Q8_0</param>
/// <param name="TypeNumber">ggml's type number</param>
/// <param name="Shape">row-major (ggml's own order is the reverse)</param>
/// <param name="Offset">of the data, from the start of the file</param>
/// <param name="Bytes">stored length</param>
public sealed record GgufTensor(string Name, string Type, uint TypeNumber, IReadOnlyList<long> Shape, long Offset, long Bytes);

/// <summary>A GGUF file (versions 2 and 3, little-endian), memory-mapped.</summary>
public sealed unsafe class GgufFile : IDisposable
{
    private const long Piece = 1L << 20;

    private readonly GgufHeader _header;
    private readonly Dictionary<string, GgufTensor> _tensors;
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly byte* _start;
    private bool _disposed;

    private GgufFile(string path)
    {
        Path = path;
        using (FileStream stream = WrongFiles.OpenRead(path))
        {
            WrongFiles.Sniff(path, stream);
            _file = MemoryMappedFile.CreateFromFile(stream, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: false);
        }

        _view = _file.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _start);
        try
        {
            _header = GgufHeader.Parse(path, _start, WrongFiles.Length(path));
        }
        catch
        {
            Dispose();
            throw;
        }

        _tensors = _header.Tensors.ToDictionary(tensor => tensor.Name, StringComparer.Ordinal);
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>The version of the format.</summary>
    public uint Version => _header.Version;

    /// <summary>Tensors begin at multiples of this many bytes.</summary>
    public long Alignment => _header.Alignment;

    /// <summary>Where the data begins, from the start of the file.</summary>
    public long DataStart => _header.DataStart;

    /// <summary>
    /// Metadata in file order: byte, sbyte, ushort, short, uint, int, ulong, long, float, double, bool, string, and arrays of
    /// these (byte[] … string[]; arrays of arrays are object[]).
    /// </summary>
    public IReadOnlyDictionary<string, object> Metadata => _header.Metadata;

    /// <summary>The tensors in the order of their entries.</summary>
    public IReadOnlyList<GgufTensor> Tensors => _header.Tensors;

    /// <summary>Opens a file and checks its whole header.</summary>
    /// <exception cref="UserError">The file is absent, damaged or of another kind; the message names file, key or tensor, and problem.</exception>
    public static GgufFile Open(string path) => new(path);

    /// <summary>True when the file has the tensor.</summary>
    public bool Has(string name) => _tensors.ContainsKey(name);

    /// <summary>The entry of a tensor.</summary>
    /// <exception cref="UserError">There is no such tensor.</exception>
    public GgufTensor Find(string name) =>
        _tensors.GetValueOrDefault(name) ?? throw new UserError($"{Path}: there is no tensor '{name}'");

    /// <summary>Reads one tensor under its ggml name, dequantised to fp32 on the CPU, rows as stored. It joins the current dispose scope.</summary>
    /// <exception cref="UserError">There is no such tensor, or its type is not supported (named).</exception>
    public Tensor Read(string name) => Read(name, ScalarType.Float32, CPU);

    /// <summary>
    /// Reads one tensor under its ggml name, rows as stored, in pieces through a small fp32 buffer: there is never an fp32
    /// copy of the whole beside the result. It joins the current dispose scope.
    /// </summary>
    /// <exception cref="UserError">There is no such tensor, or its type is not supported (named).</exception>
    public Tensor Read(string name, ScalarType dtype, Device device)
    {
        GgufTensor tensor = Find(name);
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (!GgufBlocks.Supports(tensor.Type))
        {
            throw new UserError($"{Path}: tensor '{name}': ggml type {tensor.Type} is not supported (supported: {GgufBlocks.Names}). Use a file with one of these, for example Q8_0.");
        }

        Tensor values = empty([.. tensor.Shape], dtype: dtype, device: device);
        using DisposeScope scope = NewDisposeScope();
        Tensor flat = values.view(-1); // [count]
        bool direct = dtype == ScalarType.Float32 && device.type == DeviceType.CPU;
        Tensor buffer = direct ? flat : empty(Math.Min(Piece, flat.numel()), dtype: ScalarType.Float32, device: CPU);
        for (long start = 0; start < flat.numel(); start += Piece)
        {
            long count = Math.Min(Piece, flat.numel() - start);
            Tensor target = flat.narrow(0, start, count);
            Tensor piece = direct ? target : buffer.narrow(0, 0, count);
            fixed (byte* memory = piece.bytes)
            {
                GgufBlocks.Dequantise(tensor.Type, _start + tensor.Offset, start, (float*)memory, count);
            }

            if (!direct)
            {
                target.copy_(piece);
            }
        }

        return values;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_disposed)
        {
            _disposed = true;
            _view.SafeMemoryMappedViewHandle.ReleasePointer();
            _view.Dispose();
            _file.Dispose();
        }
    }
}

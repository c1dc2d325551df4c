using System.Buffers.Binary;

using Alignment.Shared;

namespace Alignment.Checkpoints;

/// <summary>
/// Everything before the tensor data of a GGUF file, checked. Format: ggml's docs/gguf.md; offsets count from the end of
/// the entries, rounded up to <c>general.alignment</c>. Gaps and any order of the data are within the format and read.
/// </summary>
internal sealed class GgufHeader
{
    private const uint Magic = 0x46554747;
    private const int MaxDimensions = 4;
    private const string AlignmentKey = "general.alignment";
    private readonly string _path;

    private GgufHeader(string path) => _path = path;

    public uint Version { get; private set; }

    public long Alignment { get; private set; } = 32;

    public long DataStart { get; private set; }

    public OrderedDictionary<string, object> Metadata { get; } = new(StringComparer.Ordinal);

    public List<GgufTensor> Tensors { get; } = [];

    /// <summary>Parses the header of a mapped file.</summary>
    /// <exception cref="UserError">Damaged, or of a version or byte order that is not supported.</exception>
    public static unsafe GgufHeader Parse(string path, byte* start, long length)
    {
        var header = new GgufHeader(path);
        var cursor = new GgufCursor(path, start, length);
        header.ReadVersion(cursor);
        ulong tensors = cursor.Read<ulong>();
        ulong entries = cursor.Read<ulong>();
        cursor.Subject = "tensor count";
        cursor.Need(24, tensors);
        cursor.Subject = "metadata entry count";
        cursor.Need(13, entries);
        for (ulong i = 0; i < entries; i++)
        {
            header.ReadEntry(cursor);
        }

        header.ReadAlignment(cursor);
        for (ulong i = 0; i < tensors; i++)
        {
            header.ReadTensor(cursor);
        }

        header.Place(cursor.Position, length);
        return header;
    }

    private void ReadVersion(GgufCursor cursor)
    {
        uint magic = cursor.Read<uint>();
        if (magic != Magic)
        {
            throw new UserError($"{_path}: no GGUF file (it begins with the bytes {BinaryPrimitives.ReverseEndianness(magic):x8}; older ggml formats are not supported)");
        }

        Version = cursor.Read<uint>();
        if (Version is not (2 or 3))
        {
            throw new UserError(BinaryPrimitives.ReverseEndianness(Version) is 2 or 3
                ? $"{_path}: a big-endian GGUF file; only little-endian ones are supported"
                : $"{_path}: GGUF version {Version} is not supported (2 and 3 are)");
        }
    }

    private void ReadEntry(GgufCursor cursor)
    {
        cursor.Subject = "metadata key " + (Metadata.Count + 1).ToString(System.Globalization.CultureInfo.InvariantCulture);
        string key = cursor.ReadString();
        cursor.Subject = $"metadata '{key}'";
        if (Metadata.ContainsKey(key))
        {
            throw cursor.Error("occurs twice");
        }

        Metadata.Add(key, cursor.ReadValue(cursor.Read<uint>()));
    }

    private void ReadAlignment(GgufCursor cursor)
    {
        if (!Metadata.TryGetValue(AlignmentKey, out object? value))
        {
            return;
        }

        cursor.Subject = $"metadata '{AlignmentKey}'";
        Alignment = value switch
        {
            uint number when uint.IsPow2(number) => number,
            uint number => throw cursor.Error($"{number} is no power of two"),
            _ => throw cursor.Error($"must be a uint32, not {value.GetType().Name}"),
        };
    }

    private void ReadTensor(GgufCursor cursor)
    {
        cursor.Subject = "tensor entry " + (Tensors.Count + 1).ToString(System.Globalization.CultureInfo.InvariantCulture);
        string name = cursor.ReadString();
        cursor.Subject = $"tensor '{name}'";
        uint rank = cursor.Read<uint>();
        if (rank > MaxDimensions)
        {
            throw cursor.Error($"{rank} dimensions (at most {MaxDimensions})");
        }

        ulong[] sizes = new ulong[rank];
        for (int i = 0; i < rank; i++)
        {
            sizes[i] = cursor.Read<ulong>();
        }

        uint number = cursor.Read<uint>();
        GgufType type = GgufType.Find(number) ?? throw cursor.Error(GgufType.RemovedName(number) is string removed
            ? $"ggml type {number} ({removed}) was removed from the format"
            : $"ggml type {number} is unknown");
        ulong offset = cursor.Read<ulong>();
        ulong row = rank == 0 ? 1 : sizes[0];
        if (row % (ulong)type.BlockValues != 0)
        {
            throw cursor.Error($"rows of {row} values are no whole blocks of {type.BlockValues} ({type.Name})");
        }

        long[] shape;
        long bytes;
        try
        {
            shape = [.. sizes.Select(size => checked((long)size)).Reverse()];
            long count = shape.Aggregate(1L, (product, n) => checked(product * n));
            bytes = checked(count / type.BlockValues * type.BlockBytes);
        }
        catch (OverflowException)
        {
            throw cursor.Error($"its dimensions [{string.Join(", ", sizes)}] have more bytes than 64 bits can count");
        }

        if (offset % (ulong)Alignment != 0 || offset > long.MaxValue)
        {
            throw cursor.Error($"its offset {offset} is no multiple of the alignment {Alignment}, or absurd");
        }

        Tensors.Add(new GgufTensor(name, type.Name, number, shape, (long)offset, bytes));
    }

    private void Place(long end, long length)
    {
        DataStart = (end + Alignment - 1) / Alignment * Alignment;
        long data = Math.Max(0, length - DataStart);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (int i = 0; i < Tensors.Count; i++)
        {
            GgufTensor tensor = Tensors[i];
            if (!seen.Add(tensor.Name))
            {
                throw new UserError($"{_path}: tensor '{tensor.Name}': is listed twice");
            }

            if (tensor.Offset > data || tensor.Bytes > data - tensor.Offset)
            {
                throw new UserError($"{_path}: tensor '{tensor.Name}': {tensor.Bytes} bytes from {tensor.Offset} do not lie within the {data} bytes of data that the file holds: it is cut short or damaged. Download it again.");
            }

            Tensors[i] = tensor with { Offset = DataStart + tensor.Offset };
        }

        GgufTensor? before = null;
        foreach (GgufTensor tensor in Tensors.Where(tensor => tensor.Bytes > 0).OrderBy(tensor => tensor.Offset))
        {
            if (before is not null && tensor.Offset < before.Offset + before.Bytes)
            {
                throw new UserError($"{_path}: tensor '{tensor.Name}': shares bytes with '{before.Name}'");
            }

            before = tensor;
        }
    }
}

using System.Buffers.Binary;
using System.Text;
using System.Text.Json;

using Alignment.Shared;

using static TorchSharp.torch;

namespace Alignment.Checkpoints;

/// <summary>
/// The header of a safetensors file: 8 bytes of length, JSON, then the tensors' bytes without gap or overlap. Everything
/// is checked before anything is allocated by it; every error names the file, the tensor and the problem.
/// Format: https://huggingface.co/docs/safetensors (metadata parsing), whose reader refuses the same files.
/// </summary>
internal sealed class SafetensorsHeader
{
    private const int MaxLength = 100_000_000;

    private readonly string _path;
    private readonly long _dataLength;

    private SafetensorsHeader(string path, long dataStart, long dataLength)
    {
        _path = path;
        DataStart = dataStart;
        _dataLength = dataLength;
    }

    /// <summary>Where the data begins, from the start of the file.</summary>
    public long DataStart { get; }

    /// <summary>The entries of <c>__metadata__</c>.</summary>
    public Dictionary<string, string> Metadata { get; } = new(StringComparer.Ordinal);

    /// <summary>Tensors in stored order, with their offset from <see cref="DataStart"/>.</summary>
    public List<(TensorInfo Info, long Offset)> Tensors { get; } = [];

    /// <summary>Reads and checks the header.</summary>
    /// <exception cref="UserError">The file is absent, damaged or of another kind.</exception>
    public static SafetensorsHeader Read(string path)
    {
        using FileStream file = WrongFiles.OpenRead(path);
        Span<byte> prefix = stackalloc byte[8];
        WrongFiles.Sniff(path, file);
        if (file.Length < 8)
        {
            throw Damaged(path, $"{file.Length} bytes cannot hold a safetensors header");
        }

        file.ReadExactly(prefix);
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (length > (ulong)(file.Length - 8))
        {
            throw Damaged(path, $"the header is said to have {length} bytes, but the file has {file.Length}: it is cut short or no safetensors file");
        }

        if (length > MaxLength)
        {
            throw Damaged(path, $"a header of {length} bytes (at most {MaxLength} are allowed)");
        }

        byte[] json = new byte[length];
        file.ReadExactly(json);
        var header = new SafetensorsHeader(path, 8 + (long)length, file.Length - 8 - (long)length);
        header.Parse(json);
        header.CheckLayout();
        return header;
    }

    private static UserError Damaged(string path, string problem) =>
        new($"{path}: {problem}. Download or write the file again.");

    private UserError DamagedTensor(string tensor, string problem) => Damaged(_path, $"tensor '{tensor}': {problem}");

    private void Parse(byte[] json)
    {
        JsonDocument document;
        try
        {
            _ = new UTF8Encoding(false, throwOnInvalidBytes: true).GetCharCount(json);
            document = JsonDocument.Parse(json);
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            throw Damaged(_path, "the header is not JSON");
        }

        using (document)
        {
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                throw Damaged(_path, "the header is no JSON object");
            }

            var seen = new HashSet<string>(StringComparer.Ordinal);
            foreach (JsonProperty property in document.RootElement.EnumerateObject())
            {
                if (!seen.Add(property.Name))
                {
                    throw DamagedTensor(property.Name, "is listed twice");
                }

                if (property.Name == "__metadata__")
                {
                    ParseMetadata(property.Value);
                }
                else
                {
                    Tensors.Add(ParseTensor(property.Name, property.Value));
                }
            }
        }
    }

    private void ParseMetadata(JsonElement metadata)
    {
        if (metadata.ValueKind == JsonValueKind.Null)
        {
            return;
        }

        if (metadata.ValueKind != JsonValueKind.Object)
        {
            throw Damaged(_path, "__metadata__ is no JSON object");
        }

        foreach (JsonProperty entry in metadata.EnumerateObject())
        {
            Metadata[entry.Name] = entry.Value.ValueKind == JsonValueKind.String
                ? entry.Value.GetString()!
                : throw Damaged(_path, $"__metadata__ '{entry.Name}' is no text");
        }
    }

    private (TensorInfo, long) ParseTensor(string name, JsonElement entry)
    {
        if (entry.ValueKind != JsonValueKind.Object
            || !entry.TryGetProperty("dtype", out JsonElement dtype) || dtype.ValueKind != JsonValueKind.String
            || !entry.TryGetProperty("shape", out JsonElement shape) || shape.ValueKind != JsonValueKind.Array
            || !entry.TryGetProperty("data_offsets", out JsonElement offsets) || offsets.ValueKind != JsonValueKind.Array || offsets.GetArrayLength() != 2)
        {
            throw DamagedTensor(name, "needs dtype, shape and two data_offsets");
        }

        string format = dtype.GetString()!;
        (ScalarType type, int size) = SafetensorsDtype.Find(format)
            ?? throw new UserError($"{_path}: tensor '{name}': element type {format} is not supported (supported: {SafetensorsDtype.Names})");
        long[] dimensions = [.. shape.EnumerateArray().Select(dimension => Natural(name, "dimension", dimension))];
        long begin = Natural(name, "offset", offsets[0]);
        long end = Natural(name, "offset", offsets[1]);
        long bytes = size;
        try
        {
            bytes = dimensions.Contains(0) ? 0 : dimensions.Aggregate(bytes, (product, n) => checked(product * n));
        }
        catch (OverflowException)
        {
            throw DamagedTensor(name, $"shape [{string.Join(", ", dimensions)}] has more bytes than 64 bits can count");
        }

        if (begin > end || end > _dataLength)
        {
            throw DamagedTensor(name, $"its bytes {begin} to {end} do not lie within the {_dataLength} bytes of data that the file holds");
        }

        return end - begin == bytes
            ? (new TensorInfo(name, format, type, dimensions, bytes), begin)
            : throw DamagedTensor(name, $"shape [{string.Join(", ", dimensions)}] of {format} has {bytes} bytes, but {end - begin} are stored");
    }

    private long Natural(string name, string what, JsonElement number) =>
        number.ValueKind == JsonValueKind.Number && number.TryGetInt64(out long value) && value >= 0
            ? value
            : throw DamagedTensor(name, $"{what} {number.GetRawText()} is no natural number");

    private void CheckLayout()
    {
        Tensors.Sort((a, b) => (a.Offset, a.Info.Bytes).CompareTo((b.Offset, b.Info.Bytes)));
        long end = 0;
        string before = "";
        foreach ((TensorInfo info, long offset) in Tensors)
        {
            if (offset != end)
            {
                throw DamagedTensor(info.Name, offset < end ? $"shares bytes with '{before}'" : $"{offset - end} unused bytes stand before its data");
            }

            end += info.Bytes;
            before = info.Name;
        }

        if (end != _dataLength)
        {
            throw Damaged(_path, $"{_dataLength - end} bytes follow the last tensor");
        }
    }
}

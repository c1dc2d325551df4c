using System.Buffers.Binary;
using System.Globalization;
using System.Text;

using Alignment.Shared;

using TorchSharp;

using static TorchSharp.torch;

namespace Alignment.Checkpoints;

/// <summary>
/// Writes safetensors files, tensor by tensor, with the header that Hugging Face's own writer gives: larger element types
/// first, then by name; padded with spaces to 8 bytes. A file appears whole or not at all.
/// </summary>
public static class SafetensorsWriter
{
    /// <summary>What transformers writes into <c>__metadata__</c>.</summary>
    public static IReadOnlyDictionary<string, string> DefaultMetadata { get; } = new Dictionary<string, string> { ["format"] = "pt" };

    /// <summary>Writes one file.</summary>
    /// <param name="path">the file; it is replaced only when the new one is complete and on disk</param>
    /// <param name="tensors">any device, any strides</param>
    /// <param name="metadata">null gives <see cref="DefaultMetadata"/></param>
    /// <param name="dtype">the dtype to store floating-point tensors in; null keeps each tensor's own</param>
    /// <exception cref="UserError">The disk is full or the folder cannot be written; nothing half-written is left.</exception>
    public static void Write(
        string path, IReadOnlyList<(string Name, Tensor Tensor)> tensors, IReadOnlyDictionary<string, string>? metadata = null, ScalarType? dtype = null)
    {
        List<Entry> entries = Order(tensors, dtype);
        AtomicFile.Write(path, stream => WriteTo(stream, entries, metadata ?? DefaultMetadata));
    }

    internal static void WriteTo(Stream stream, IReadOnlyList<(string Name, Tensor Tensor)> tensors, IReadOnlyDictionary<string, string> metadata) =>
        WriteTo(stream, Order(tensors, null), metadata);

    private static void WriteTo(Stream stream, List<Entry> entries, IReadOnlyDictionary<string, string> metadata)
    {
        stream.Write(Header(entries, metadata));
        foreach (Entry entry in entries)
        {
            using DisposeScope scope = NewDisposeScope();
            Tensor stored = entry.Tensor.detach().to(entry.Dtype, CPU).contiguous();
            TensorBytes.ForEachSpan(stored, span => stream.Write(span));
        }
    }

    /// <summary>The stored size of a tensor.</summary>
    internal static long Bytes(Tensor tensor, ScalarType? dtype) => tensor.numel() * SafetensorsDtype.Of(Stored(tensor, dtype)).Size;

    /// <summary>The dtype that a tensor is stored in.</summary>
    internal static ScalarType Stored(Tensor tensor, ScalarType? dtype) => dtype is ScalarType given && tensor.is_floating_point() ? given : tensor.dtype;

    private static List<Entry> Order(IReadOnlyList<(string Name, Tensor Tensor)> tensors, ScalarType? dtype)
    {
        List<Entry> entries = [.. tensors.Select(tensor => new Entry(tensor.Name, tensor.Tensor, Stored(tensor.Tensor, dtype)))];
        entries.Sort((a, b) =>
        {
            int byType = SafetensorsDtype.Of(b.Dtype).Rank.CompareTo(SafetensorsDtype.Of(a.Dtype).Rank);
            return byType != 0 ? byType : Encoding.UTF8.GetBytes(a.Name).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(b.Name));
        });
        for (int i = 1; i < entries.Count; i++)
        {
            if (entries[i].Name == entries[i - 1].Name)
            {
                throw new ArgumentException($"tensor '{entries[i].Name}' is given twice", nameof(tensors));
            }
        }

        return entries;
    }

    private static byte[] Header(List<Entry> entries, IReadOnlyDictionary<string, string> metadata)
    {
        var json = new StringBuilder("{");
        if (metadata.Count > 0)
        {
            json.Append("\"__metadata__\":{").AppendJoin(',', metadata.Select(entry => $"{Quote(entry.Key)}:{Quote(entry.Value)}")).Append("},");
        }

        long offset = 0;
        foreach (Entry entry in entries)
        {
            (string dtype, int size, _) = SafetensorsDtype.Of(entry.Dtype);
            long end = offset + entry.Tensor.numel() * size;
            json.Append(CultureInfo.InvariantCulture,
                $"{Quote(entry.Name)}:{{\"dtype\":\"{dtype}\",\"shape\":[{string.Join(',', entry.Tensor.shape)}],\"data_offsets\":[{offset},{end}]}},");
            offset = end;
        }

        json.Length -= json[^1] == ',' ? 1 : 0;
        json.Append('}');
        byte[] text = Encoding.UTF8.GetBytes(json.ToString());
        byte[] header = new byte[8 + (text.Length + 7) / 8 * 8];
        header.AsSpan().Fill((byte)' ');
        BinaryPrimitives.WriteInt64LittleEndian(header, header.Length - 8);
        text.CopyTo(header, 8);
        return header;
    }

    /// <summary>A JSON text as serde_json writes it: only quotes, backslashes and control characters are escaped.</summary>
    private static string Quote(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (char c in text)
        {
            _ = c switch
            {
                '"' or '\\' => quoted.Append('\\').Append(c),
                '\b' => quoted.Append("\\b"),
                '\f' => quoted.Append("\\f"),
                '\n' => quoted.Append("\\n"),
                '\r' => quoted.Append("\\r"),
                '\t' => quoted.Append("\\t"),
                < ' ' => quoted.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => quoted.Append(c),
            };
        }

        return quoted.Append('"').ToString();
    }

    private sealed record Entry(string Name, Tensor Tensor, ScalarType Dtype);
}

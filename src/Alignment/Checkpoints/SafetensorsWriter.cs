using System.Buffers.Binary;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

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
    private static readonly JsonWriterOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

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
        WholeFile.Write(path, stream => WriteTo(stream, entries, metadata ?? DefaultMetadata));
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

    private static ScalarType Stored(Tensor tensor, ScalarType? dtype) => dtype is ScalarType given && tensor.is_floating_point() ? given : tensor.dtype;

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
        using var buffer = new MemoryStream();
        buffer.Write(stackalloc byte[8]);
        using (var json = new Utf8JsonWriter(buffer, Json))
        {
            json.WriteStartObject();
            if (metadata.Count > 0)
            {
                json.WriteStartObject("__metadata__");
                foreach ((string key, string value) in metadata)
                {
                    json.WriteString(key, value);
                }

                json.WriteEndObject();
            }

            long offset = 0;
            foreach (Entry entry in entries)
            {
                offset = WriteEntry(json, entry, offset);
            }

            json.WriteEndObject();
        }

        while (buffer.Length % 8 != 0)
        {
            buffer.WriteByte((byte)' ');
        }

        byte[] header = buffer.ToArray();
        BinaryPrimitives.WriteInt64LittleEndian(header, header.Length - 8);
        return header;
    }

    private static long WriteEntry(Utf8JsonWriter json, Entry entry, long offset)
    {
        (string dtype, int size, _) = SafetensorsDtype.Of(entry.Dtype);
        json.WriteStartObject(entry.Name);
        json.WriteString("dtype", dtype);
        json.WriteStartArray("shape");
        foreach (long dimension in entry.Tensor.shape)
        {
            json.WriteNumberValue(dimension);
        }

        json.WriteEndArray();
        long end = offset + entry.Tensor.numel() * size;
        json.WriteStartArray("data_offsets");
        json.WriteNumberValue(offset);
        json.WriteNumberValue(end);
        json.WriteEndArray();
        json.WriteEndObject();
        return end;
    }

    private sealed record Entry(string Name, Tensor Tensor, ScalarType Dtype);
}

using static TorchSharp.torch;

namespace Alignment.Checkpoints;

/// <summary>The element types of a safetensors file that have a tensor dtype here.</summary>
internal static class SafetensorsDtype
{
    /// <summary>Name, dtype, element size. In the order of Hugging Face's enumeration, by which its writer groups tensors (last first).</summary>
    private static readonly (string Name, ScalarType Dtype, int Size)[] All =
    [
        ("BOOL", ScalarType.Bool, 1), ("U8", ScalarType.Byte, 1), ("I8", ScalarType.Int8, 1), ("I16", ScalarType.Int16, 2),
        ("F16", ScalarType.Float16, 2), ("BF16", ScalarType.BFloat16, 2), ("I32", ScalarType.Int32, 4),
        ("F32", ScalarType.Float32, 4), ("F64", ScalarType.Float64, 8), ("I64", ScalarType.Int64, 8),
    ];

    /// <summary>All names, for messages.</summary>
    public static string Names { get; } = string.Join(", ", All.Select(type => type.Name));

    /// <summary>The dtype and element size of a name; null when unknown.</summary>
    public static (ScalarType Dtype, int Size)? Find(string name)
    {
        int i = Array.FindIndex(All, type => type.Name == name);
        return i < 0 ? null : (All[i].Dtype, All[i].Size);
    }

    /// <summary>Name, element size and place in Hugging Face's order.</summary>
    /// <exception cref="NotSupportedException">The format has no such type.</exception>
    public static (string Name, int Size, int Rank) Of(ScalarType dtype)
    {
        int i = Array.FindIndex(All, type => type.Dtype == dtype);
        return i < 0 ? throw new NotSupportedException($"safetensors has no element type for {dtype}") : (All[i].Name, All[i].Size, i);
    }
}

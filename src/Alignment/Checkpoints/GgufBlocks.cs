using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Alignment.Checkpoints;

/// <summary>
/// ggml's block formats as fp32, bit for bit: every product of scale and code is exact, and the one addition of Q4_1 rounds
/// once. Blocks of 32 values: in 4-bit formats the low nibbles are values 0 to 15, the high ones 16 to 31.
/// Source: ggml-quants.c, dequantize_row_*.
/// </summary>
internal static unsafe class GgufBlocks
{
    private const int BlockValues = 32;
    private const long Piece = 1L << 18;

    private static readonly Dictionary<string, Format> Formats = new(StringComparer.Ordinal)
    {
        ["F32"] = new(1, 4, &F32),
        ["F16"] = new(1, 2, &F16),
        ["BF16"] = new(1, 2, &Bf16),
        ["Q8_0"] = new(BlockValues, 34, &Q80),
        ["Q4_0"] = new(BlockValues, 18, &Q40),
        ["Q4_1"] = new(BlockValues, 20, &Q41),
    };

    /// <summary>The supported types, for messages.</summary>
    public static string Names { get; } = string.Join(", ", Formats.Keys);

    /// <summary>True when values of this type can be read.</summary>
    public static bool Supports(string type) => Formats.ContainsKey(type);

    /// <summary>Dequantises on all cores.</summary>
    /// <param name="type">a supported type</param>
    /// <param name="source">the tensor's first block</param>
    /// <param name="first">the first value asked for, at the start of a block</param>
    /// <param name="target">room for <paramref name="count"/> values</param>
    /// <param name="count">whole blocks</param>
    public static void Dequantise(string type, byte* source, long first, float* target, long count)
    {
        Format format = Formats[type];
        IntPtr from = (IntPtr)(source + first / format.Values * format.Bytes);
        IntPtr to = (IntPtr)target;
        Parallel.For(0, (count + Piece - 1) / Piece, piece =>
        {
            long start = piece * Piece;
            format.Run((byte*)from + start / format.Values * format.Bytes, (float*)to + start, Math.Min(Piece, count - start));
        });
    }

    private static void F32(byte* source, float* target, long count) => Buffer.MemoryCopy(source, target, count * 4, count * 4);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void F16(byte* source, float* target, long count)
    {
        for (long i = 0; i < count; i++)
        {
            target[i] = (float)((Half*)source)[i];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Bf16(byte* source, float* target, long count)
    {
        for (long i = 0; i < count; i++)
        {
            ((uint*)target)[i] = (uint)((ushort*)source)[i] << 16;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Q80(byte* source, float* target, long count)
    {
        for (long i = 0; i < count; i += BlockValues, source += 34)
        {
            Vector128<float> scale = Vector128.Create((float)*(Half*)source);
            Store(Vector128.Load((sbyte*)source + 2), scale, Vector128<float>.Zero, target + i);
            Store(Vector128.Load((sbyte*)source + 18), scale, Vector128<float>.Zero, target + i + 16);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Q40(byte* source, float* target, long count)
    {
        for (long i = 0; i < count; i += BlockValues, source += 18)
        {
            Vector128<float> scale = Vector128.Create((float)*(Half*)source);
            (Vector128<sbyte> low, Vector128<sbyte> high) = Nibbles(source + 2);
            Store(low - Vector128.Create((sbyte)8), scale, Vector128<float>.Zero, target + i);
            Store(high - Vector128.Create((sbyte)8), scale, Vector128<float>.Zero, target + i + 16);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Q41(byte* source, float* target, long count)
    {
        for (long i = 0; i < count; i += BlockValues, source += 20)
        {
            Vector128<float> scale = Vector128.Create((float)*(Half*)source);
            Vector128<float> minimum = Vector128.Create((float)*(Half*)(source + 2));
            (Vector128<sbyte> low, Vector128<sbyte> high) = Nibbles(source + 4);
            Store(low, scale, minimum, target + i);
            Store(high, scale, minimum, target + i + 16);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector128<sbyte> Low, Vector128<sbyte> High) Nibbles(byte* codes)
    {
        Vector128<byte> pairs = Vector128.Load(codes);
        return ((pairs & Vector128.Create((byte)15)).AsSByte(), (pairs >>> 4).AsSByte());
    }

    /// <summary>Sixteen values code · scale + minimum.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector128<sbyte> codes, Vector128<float> scale, Vector128<float> minimum, float* target)
    {
        (Vector128<short> low, Vector128<short> high) = Vector128.Widen(codes);
        (Vector128<int> a, Vector128<int> b) = Vector128.Widen(low);
        (Vector128<int> c, Vector128<int> d) = Vector128.Widen(high);
        ((Vector128.ConvertToSingle(a) * scale) + minimum).Store(target);
        ((Vector128.ConvertToSingle(b) * scale) + minimum).Store(target + 4);
        ((Vector128.ConvertToSingle(c) * scale) + minimum).Store(target + 8);
        ((Vector128.ConvertToSingle(d) * scale) + minimum).Store(target + 12);
    }

    private sealed class Format(int values, int bytes, delegate*<byte*, float*, long, void> run)
    {
        private readonly delegate*<byte*, float*, long, void> _run = run;

        public int Values { get; } = values;

        public int Bytes { get; } = bytes;

        public void Run(byte* source, float* target, long count) => _run(source, target, count);
    }
}

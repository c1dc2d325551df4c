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
    private const long Piece = 1L << 16;

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
    /// <param name="source">whole blocks</param>
    /// <param name="target">room for <paramref name="count"/> values</param>
    /// <param name="count">a multiple of the block size</param>
    public static void Dequantise(string type, byte* source, float* target, long count)
    {
        Format format = Formats[type];
        long pieces = (count + Piece - 1) / Piece;
        if (pieces == 1)
        {
            format.Run(source, target, count);
            return;
        }

        IntPtr from = (IntPtr)source;
        IntPtr to = (IntPtr)target;
        Parallel.For(0, pieces, piece =>
        {
            long first = piece * Piece;
            format.Run((byte*)from + first / format.Values * format.Bytes, (float*)to + first, Math.Min(Piece, count - first));
        });
    }

    private static void F32(byte* source, float* target, long count) => Buffer.MemoryCopy(source, target, count * 4, count * 4);

    private static void F16(byte* source, float* target, long count)
    {
        for (long i = 0; i < count; i++)
        {
            target[i] = (float)((Half*)source)[i];
        }
    }

    private static void Bf16(byte* source, float* target, long count)
    {
        for (long i = 0; i < count; i++)
        {
            ((uint*)target)[i] = (uint)((ushort*)source)[i] << 16;
        }
    }

    private static void Q80(byte* source, float* target, long count)
    {
        for (long i = 0; i < count; i += BlockValues, source += 34)
        {
            Vector256<float> scale = Vector256.Create((float)*(Half*)source);
            for (int k = 0; k < BlockValues; k += 8)
            {
                (Codes(Vector64.Load((sbyte*)source + 2 + k)) * scale).Store(target + i + k);
            }
        }
    }

    private static void Q40(byte* source, float* target, long count)
    {
        for (long i = 0; i < count; i += BlockValues, source += 18)
        {
            Vector256<float> scale = Vector256.Create((float)*(Half*)source);
            for (int k = 0; k < BlockValues; k += 8)
            {
                (Codes(Nibbles(source + 2, k).AsSByte() - Vector64.Create((sbyte)8)) * scale).Store(target + i + k);
            }
        }
    }

    private static void Q41(byte* source, float* target, long count)
    {
        for (long i = 0; i < count; i += BlockValues, source += 20)
        {
            Vector256<float> scale = Vector256.Create((float)*(Half*)source);
            Vector256<float> minimum = Vector256.Create((float)*(Half*)(source + 2));
            for (int k = 0; k < BlockValues; k += 8)
            {
                ((Codes(Nibbles(source + 4, k).AsSByte()) * scale) + minimum).Store(target + i + k);
            }
        }
    }

    /// <summary>The codes of values k to k + 7 of a block of 16 bytes.</summary>
    private static Vector64<byte> Nibbles(byte* codes, int k)
    {
        Vector64<byte> pairs = Vector64.Load(codes + k % 16);
        return k < 16 ? pairs & Vector64.Create((byte)15) : pairs >>> 4;
    }

    private static Vector256<float> Codes(Vector64<sbyte> codes)
    {
        Vector128<short> shorts = Vector128.Create(Vector64.WidenLower(codes), Vector64.WidenUpper(codes));
        return Vector256.ConvertToSingle(Vector256.Create(Vector128.WidenLower(shorts), Vector128.WidenUpper(shorts)));
    }

    private sealed class Format(int values, int bytes, delegate*<byte*, float*, long, void> run)
    {
        private readonly delegate*<byte*, float*, long, void> _run = run;

        public int Values { get; } = values;

        public int Bytes { get; } = bytes;

        public void Run(byte* source, float* target, long count) => _run(source, target, count);
    }
}

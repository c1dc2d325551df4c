using System.Runtime.InteropServices;
using System.Text;

using Alignment.Shared;

namespace Alignment.Checkpoints;

/// <summary>Reads a GGUF header from mapped memory; never past its end, and never allocates what the file cannot hold.</summary>
internal sealed unsafe class GgufCursor(string path, byte* start, long length)
{
    private const int MaxDepth = 8;
    private static readonly UTF8Encoding Utf8 = new(false, throwOnInvalidBytes: true);

    /// <summary>Bytes from the start of the file.</summary>
    public long Position { get; private set; }

    /// <summary>What is being read, for errors: the key or the tensor.</summary>
    public string Subject { get; set; } = "header";

    /// <summary>Bytes that are left.</summary>
    public long Left => length - Position;

    /// <summary>An error that names the file and what is being read.</summary>
    public UserError Error(string problem) => new($"{path}: {Subject}: {problem}");

    /// <summary>A number of a fixed-size type.</summary>
    public T Read<T>()
        where T : unmanaged
    {
        Need(sizeof(T), 1);
        T value = Marshal.PtrToStructure<T>((IntPtr)(start + Position));
        Position += sizeof(T);
        return value;
    }

    /// <summary>A text: its length in bytes, then UTF-8.</summary>
    public string ReadString()
    {
        ulong bytes = Read<ulong>();
        Need(1, bytes);
        try
        {
            string text = Utf8.GetString(start + Position, checked((int)bytes));
            Position += (long)bytes;
            return text;
        }
        catch (Exception e) when (e is ArgumentException or OverflowException)
        {
            throw Error("a text that is not valid UTF-8");
        }
    }

    /// <summary>A metadata value of a type by its number.</summary>
    public object ReadValue(uint type, int depth = 0) => type switch
    {
        0 => Read<byte>(),
        1 => Read<sbyte>(),
        2 => Read<ushort>(),
        3 => Read<short>(),
        4 => Read<uint>(),
        5 => Read<int>(),
        6 => Read<float>(),
        7 => Read<byte>() != 0,
        8 => ReadString(),
        9 when depth < MaxDepth => ReadArray(depth + 1),
        10 => Read<ulong>(),
        11 => Read<long>(),
        12 => Read<double>(),
        9 => throw Error($"arrays nested deeper than {MaxDepth}"),
        _ => throw Error($"value type {type} is unknown, so its length cannot be known"),
    };

    private object ReadArray(int depth)
    {
        uint type = Read<uint>();
        ulong count = Read<ulong>();
        switch (type)
        {
            case 0: return Block<byte>(count);
            case 1: return Block<sbyte>(count);
            case 2: return Block<ushort>(count);
            case 3: return Block<short>(count);
            case 4: return Block<uint>(count);
            case 5: return Block<int>(count);
            case 6: return Block<float>(count);
            case 7: return Array.ConvertAll(Block<byte>(count), b => b != 0);
            case 10: return Block<ulong>(count);
            case 11: return Block<long>(count);
            case 12: return Block<double>(count);
            case 8:
                Need(8, count);
                string[] texts = new string[count];
                for (int i = 0; i < texts.Length; i++)
                {
                    texts[i] = ReadString();
                }

                return texts;
            default:
                Need(type == 9 ? 12 : 1, count);
                object[] items = new object[type == 9 ? count : 1];
                for (int i = 0; i < items.Length; i++)
                {
                    items[i] = ReadValue(type, depth);
                }

                return items;
        }
    }

    private T[] Block<T>(ulong count)
        where T : unmanaged
    {
        Need(sizeof(T), count);
        T[] items = new T[count];
        fixed (T* target = items)
        {
            Buffer.MemoryCopy(start + Position, target, items.LongLength * sizeof(T), items.LongLength * sizeof(T));
        }

        Position += items.LongLength * sizeof(T);
        return items;
    }

    /// <summary>Throws unless <paramref name="count"/> items of at least <paramref name="size"/> bytes can follow.</summary>
    public void Need(int size, ulong count)
    {
        if (count > (ulong)(Left / size) || count > int.MaxValue)
        {
            throw Error($"{count} items of {size} bytes or more are asked for, but {Left} bytes are left: the file is cut short or damaged. Download it again.");
        }
    }
}

using System.Buffers.Binary;
using System.Text;

namespace Alignment.Native;

/// <summary>Reads which symbols a 64-bit little-endian ELF library expects from others (<c>.dynsym</c>, undefined and not weak).</summary>
internal static class ElfSymbols
{
    private const uint DynamicSymbols = 11;
    private const int SymbolSize = 24;

    /// <summary>The names of the undefined, non-weak symbols of the library.</summary>
    /// <exception cref="InvalidDataException">The file is not such a library.</exception>
    public static IReadOnlyList<string> Undefined(string path)
    {
        byte[] elf = File.ReadAllBytes(path);
        if (elf.Length < 64 || elf[0] != 0x7f || elf[1] != 'E' || elf[4] != 2 || elf[5] != 1)
        {
            throw new InvalidDataException($"{path} is not a 64-bit little-endian ELF library");
        }

        int sections = (int)BinaryPrimitives.ReadInt64LittleEndian(elf.AsSpan(40));
        int entrySize = BinaryPrimitives.ReadUInt16LittleEndian(elf.AsSpan(58));
        int count = BinaryPrimitives.ReadUInt16LittleEndian(elf.AsSpan(60));
        var names = new List<string>();
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<byte> section = elf.AsSpan(sections + i * entrySize, entrySize);
            if (BinaryPrimitives.ReadUInt32LittleEndian(section[4..]) == DynamicSymbols)
            {
                int link = BinaryPrimitives.ReadInt32LittleEndian(section[40..]);
                int strings = (int)BinaryPrimitives.ReadInt64LittleEndian(elf.AsSpan(sections + link * entrySize + 24));
                int start = (int)BinaryPrimitives.ReadInt64LittleEndian(section[24..]);
                int size = (int)BinaryPrimitives.ReadInt64LittleEndian(section[32..]);
                Collect(elf, elf.AsSpan(start, size), strings, names);
            }
        }

        return names;
    }

    private static void Collect(byte[] elf, ReadOnlySpan<byte> table, int strings, List<string> names)
    {
        for (int at = SymbolSize; at + SymbolSize <= table.Length; at += SymbolSize)
        {
            ReadOnlySpan<byte> symbol = table.Slice(at, SymbolSize);
            bool undefined = BinaryPrimitives.ReadUInt16LittleEndian(symbol[6..]) == 0;
            bool weak = symbol[4] >> 4 == 2;
            if (undefined && !weak)
            {
                ReadOnlySpan<byte> name = elf.AsSpan(strings + BinaryPrimitives.ReadInt32LittleEndian(symbol));
                names.Add(Encoding.ASCII.GetString(name[..name.IndexOf((byte)0)]));
            }
        }
    }
}

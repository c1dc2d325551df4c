using System.Buffers.Binary;
using System.Text;

namespace Alignment.Native;

/// <summary>
/// Edits the symbol-version needs (<c>.gnu.version_r</c>) of a 64-bit little-endian ELF library held in memory.
/// See docs/decisions/weakened-libtorchsharp.md for the one use this has.
/// </summary>
internal static class ElfVersionNeeds
{
    private const uint GnuVersionNeed = 0x6ffffffe;
    private const ushort WeakFlag = 2;

    /// <summary>Marks every need of <paramref name="version"/> as weak, so that the loader only warns when it is absent.</summary>
    /// <returns>How many entries were changed; 0 when the library does not ask for the version.</returns>
    /// <exception cref="InvalidDataException">The bytes are not a 64-bit little-endian ELF file, or its tables point outside it.</exception>
    public static int Weaken(Span<byte> elf, string version)
    {
        if (elf.Length < 64 || elf[0] != 0x7f || elf[1] != 'E' || elf[2] != 'L' || elf[3] != 'F')
        {
            throw new InvalidDataException("not an ELF file");
        }

        if (elf[4] != 2 || elf[5] != 1)
        {
            throw new InvalidDataException("not a 64-bit little-endian ELF file");
        }

        try
        {
            return WeakenSections(elf, Encoding.ASCII.GetBytes(version));
        }
        catch (Exception e) when (e is ArgumentOutOfRangeException or OverflowException or IndexOutOfRangeException)
        {
            throw new InvalidDataException("the ELF section tables point outside the file", e);
        }
    }

    private static int WeakenSections(Span<byte> elf, byte[] version)
    {
        int sections = checked((int)BinaryPrimitives.ReadInt64LittleEndian(elf[40..]));
        int entrySize = BinaryPrimitives.ReadUInt16LittleEndian(elf[58..]);
        int count = BinaryPrimitives.ReadUInt16LittleEndian(elf[60..]);
        int changed = 0;
        for (int i = 0; i < count; i++)
        {
            Span<byte> section = elf.Slice(checked(sections + i * entrySize), entrySize);
            if (BinaryPrimitives.ReadUInt32LittleEndian(section[4..]) == GnuVersionNeed)
            {
                int needs = checked((int)BinaryPrimitives.ReadInt64LittleEndian(section[24..]));
                int link = BinaryPrimitives.ReadInt32LittleEndian(section[40..]);
                Span<byte> stringSection = elf.Slice(checked(sections + link * entrySize), entrySize);
                int strings = checked((int)BinaryPrimitives.ReadInt64LittleEndian(stringSection[24..]));
                changed += WeakenNeeds(elf, needs, strings, version);
            }
        }

        return changed;
    }

    private static int WeakenNeeds(Span<byte> elf, int need, int strings, byte[] version)
    {
        int changed = 0;
        while (true)
        {
            int entries = BinaryPrimitives.ReadUInt16LittleEndian(elf[(need + 2)..]);
            int entry = need + BinaryPrimitives.ReadInt32LittleEndian(elf[(need + 8)..]);
            for (int k = 0; k < entries; k++)
            {
                Span<byte> name = elf[(strings + BinaryPrimitives.ReadInt32LittleEndian(elf[(entry + 8)..]))..];
                if (name[..name.IndexOf((byte)0)].SequenceEqual(version))
                {
                    ushort flags = BinaryPrimitives.ReadUInt16LittleEndian(elf[(entry + 4)..]);
                    BinaryPrimitives.WriteUInt16LittleEndian(elf[(entry + 4)..], (ushort)(flags | WeakFlag));
                    changed++;
                }

                entry += BinaryPrimitives.ReadInt32LittleEndian(elf[(entry + 12)..]);
            }

            int next = BinaryPrimitives.ReadInt32LittleEndian(elf[(need + 12)..]);
            if (next == 0)
            {
                return changed;
            }

            need += next;
        }
    }
}

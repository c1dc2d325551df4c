namespace Alignment.Tokenization;

/// <summary>
/// The printable letters that byte-level vocabularies write bytes with (GPT-2's bytes_to_unicode): printable Latin-1
/// characters stand for themselves, the other 68 bytes for U+0100 onwards in order.
/// </summary>
internal static class ByteAlphabet
{
    private static readonly char[] Chars = MakeChars();
    private static readonly short[] Bytes = MakeBytes();

    /// <summary>All 256 letters, by byte.</summary>
    public static ReadOnlySpan<char> Letters => Chars;

    /// <summary>The letter of a byte.</summary>
    public static char Of(byte value) => Chars[value];

    /// <summary>The byte of a letter, -1 when the character is none of the 256.</summary>
    public static int ByteOf(char letter) => letter < Bytes.Length ? Bytes[letter] : -1;

    private static char[] MakeChars()
    {
        char[] chars = new char[256];
        int next = 256;
        for (int value = 0; value < 256; value++)
        {
            bool printable = value is >= '!' and <= '~' or >= 0xA1 and <= 0xAC or >= 0xAE;
            chars[value] = (char)(printable ? value : next++);
        }

        return chars;
    }

    private static short[] MakeBytes()
    {
        short[] bytes = new short[Chars.Max() + 1];
        Array.Fill(bytes, (short)-1);
        for (int value = 0; value < 256; value++)
        {
            bytes[Chars[value]] = (short)value;
        }

        return bytes;
    }
}

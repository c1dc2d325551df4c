using System.Globalization;
using System.Text;

namespace Alignment.Tokenization;

/// <summary>Facts about characters on which tokenizer files rely.</summary>
internal static class CharacterClasses
{
    /// <summary>Letters, numbers of any kind, as Unicode's categories Nd, Nl and No.</summary>
    public static bool IsNumeric(char character) =>
        char.IsAscii(character) ? char.IsAsciiDigit(character)
        : CharUnicodeInfo.GetUnicodeCategory(character) is UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber;

    /// <summary>ASCII punctuation and Unicode's categories P*.</summary>
    public static bool IsPunctuation(char character) =>
        char.IsAscii(character) ? char.IsPunctuation(character) || char.IsSymbol(character) : char.IsPunctuation(character);

    /// <summary>A word character as regular expressions define it (Alphabetic, marks, decimal digits, connectors, joiners).</summary>
    public static bool IsWord(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter or UnicodeCategory.ModifierLetter
            or UnicodeCategory.OtherLetter or UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark
            or UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.ConnectorPunctuation => true,
        UnicodeCategory.OtherSymbol => IsCircledLetter(rune.Value),
        _ => rune.Value is 0x200C or 0x200D,
    };

    /// <summary>Symbols that Unicode counts as alphabetic.</summary>
    public static bool IsCircledLetter(int codePoint) =>
        codePoint is >= 0x24B6 and <= 0x24E9 or >= 0x1F130 and <= 0x1F149 or >= 0x1F150 and <= 0x1F169 or >= 0x1F170 and <= 0x1F189;
}

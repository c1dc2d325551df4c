using System.Globalization;
using System.Text;

namespace Alignment.Tokenization;

/// <summary>
/// A text as .NET's regular expressions must see it: one UTF-16 unit per code point, because patterns such as \p{L} match
/// whole code points and .NET looks at halves. A supplementary code point is represented by a BMP character of its general
/// category (both .NET 10 and the reference's Oniguruma 6.9.10 know Unicode 16).
/// </summary>
internal sealed class ShadowText
{
    private readonly int[]? _starts;

    private ShadowText(string text, int[]? starts)
    {
        Text = text;
        _starts = starts;
    }

    /// <summary>The text with one UTF-16 unit per code point.</summary>
    public string Text { get; }

    /// <summary>The stand-ins; a pattern that names one of them literally cannot be matched this way.</summary>
    public static string StandIns { get; } = new([.. Enum.GetValues<UnicodeCategory>().Select(StandIn), CircledLetter]);

    private const char CircledLetter = '\u24B6';

    /// <summary>Makes the shadow of a valid text.</summary>
    public static ShadowText Of(string text)
    {
        int special = text.AsSpan().IndexOfAnyInRange('\uD800', '\uDFFF');
        if (special < 0)
        {
            return new ShadowText(text, null);
        }

        var shadow = new StringBuilder(text.Length).Append(text, 0, special);
        var starts = new List<int>(text.Length + 1);
        starts.AddRange(Enumerable.Range(0, special));
        int index = special;
        foreach (Rune rune in text.AsSpan(special).EnumerateRunes())
        {
            starts.Add(index);
            shadow.Append(Represent(rune));
            index += rune.Utf16SequenceLength;
        }

        starts.Add(index);
        return new ShadowText(shadow.ToString(), [.. starts]);
    }

    /// <summary>The index in the original text of an index in the shadow.</summary>
    public int Original(int index) => _starts is null ? index : _starts[index];

    /// <summary>The index in the shadow of an index in the original text that starts a character.</summary>
    public int Shadow(int index) => _starts is null ? index : Array.BinarySearch(_starts, index);

    private static char Represent(Rune rune) =>
        rune.IsBmp ? (char)rune.Value
        : CharacterClasses.IsCircledLetter(rune.Value) ? CircledLetter
        : StandIn(Rune.GetUnicodeCategory(rune));

    private static char StandIn(UnicodeCategory category) => category switch
    {
        UnicodeCategory.UppercaseLetter => '\u0100',
        UnicodeCategory.LowercaseLetter => '\u0101',
        UnicodeCategory.TitlecaseLetter => '\u01C5',
        UnicodeCategory.ModifierLetter => '\u02B0',
        UnicodeCategory.OtherLetter => '\u01BB',
        UnicodeCategory.NonSpacingMark => '\u0300',
        UnicodeCategory.SpacingCombiningMark => '\u0903',
        UnicodeCategory.EnclosingMark => '\u0488',
        UnicodeCategory.DecimalDigitNumber => '\u0660',
        UnicodeCategory.LetterNumber => '\u2160',
        UnicodeCategory.OtherNumber => '\u2074',
        UnicodeCategory.ConnectorPunctuation => '\u203F',
        UnicodeCategory.DashPunctuation => '\u2010',
        UnicodeCategory.OpenPunctuation => '\u2045',
        UnicodeCategory.ClosePunctuation => '\u2046',
        UnicodeCategory.InitialQuotePunctuation => '\u00AB',
        UnicodeCategory.FinalQuotePunctuation => '\u00BB',
        UnicodeCategory.OtherPunctuation => '\u2016',
        UnicodeCategory.MathSymbol => '\u00AC',
        UnicodeCategory.CurrencySymbol => '\u20AC',
        UnicodeCategory.ModifierSymbol => '\u00A8',
        UnicodeCategory.OtherSymbol => '\u00A6',
        UnicodeCategory.Format => '\u00AD',
        UnicodeCategory.PrivateUse => '\uE000',
        _ => '\u0378',
    };
}

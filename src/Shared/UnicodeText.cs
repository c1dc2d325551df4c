using System.Globalization;
using System.Text;

namespace Alignment.Shared;

/// <summary>Text must be well-formed: a lone surrogate has no UTF-8 form and would change silently on its way to a file.</summary>
public static class UnicodeText
{
    private static readonly bool Normalises = "e\u0301".Normalize(NormalizationForm.FormC) == "\u00E9";

    /// <summary>The text in one of Unicode's normalisation forms. U+FFFE, which .NET refuses, changes in none and joins with nothing.</summary>
    /// <exception cref="UserError">.NET runs in globalization-invariant mode, where it would silently leave the text as it is.</exception>
    public static string Normalize(string text, NormalizationForm form) => Normalises ? string.Join('\uFFFE', text.Split('\uFFFE').Select(part => part.Normalize(form))) : throw new UserError(
        "Unicode texts cannot be normalised: .NET runs in globalization-invariant mode; install ICU (Debian 12: libicu72) and unset DOTNET_SYSTEM_GLOBALIZATION_INVARIANT",
        ExitCodes.Failed);

    /// <summary>The index of the first lone surrogate; −1 when the text is well-formed.</summary>
    public static int FirstInvalid(ReadOnlySpan<char> text)
    {
        int at = text.IndexOfAnyInRange('\uD800', '\uDFFF');
        while (at >= 0)
        {
            if (at + 1 == text.Length || !char.IsSurrogatePair(text[at], text[at + 1]))
            {
                return at;
            }

            int next = text[(at + 2)..].IndexOfAnyInRange('\uD800', '\uDFFF');
            at = next < 0 ? -1 : at + 2 + next;
        }

        return -1;
    }

    /// <summary>Refuses a text with a lone surrogate.</summary>
    /// <param name="text">The text.</param>
    /// <param name="what">What it is, for the message.</param>
    /// <exception cref="UserError">The text has a lone surrogate.</exception>
    public static void Require(string text, string what)
    {
        int at = FirstInvalid(text);
        if (at >= 0)
        {
            throw new UserError(string.Create(CultureInfo.InvariantCulture,
                $"{what} is no valid Unicode: a lone surrogate U+{(int)text[at]:X4} at index {at}; remove it or replace it by U+FFFD"));
        }
    }
}

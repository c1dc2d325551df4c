using System.Globalization;
using System.Text;

namespace Alignment.Labeling.Web.Text;

/// <summary>
/// Characters that nobody sees but that change what is seen: marks that turn the direction of the text around them, and
/// control characters. They are shown by their number, so that a text reads the way that it is stored.
/// </summary>
internal static class Characters
{
    /// <summary>The text with its direction overrides and control characters written out as numbers.</summary>
    public static string Visible(string text)
    {
        int first = text.AsSpan().IndexOfAny(Hidden);
        if (first < 0)
        {
            return text;
        }

        var shown = new StringBuilder(text, 0, first, text.Length + 64);
        foreach (char c in text.AsSpan(first))
        {
            if (Hidden.Contains(c))
            {
                shown.Append(CultureInfo.InvariantCulture, $"\u27E8U+{(int)c:X4}\u27E9");
            }
            else
            {
                shown.Append(c);
            }
        }

        return shown.ToString();
    }

    private static readonly System.Buffers.SearchValues<char> Hidden = System.Buffers.SearchValues.Create(
        [.. "\u202A\u202B\u202C\u202D\u202E\u2066\u2067\u2068\u2069", .. Enumerable.Range(0, 32).Select(code => (char)code).Where(c => c is not ('\t' or '\n' or '\r')), '\u007F']);
}

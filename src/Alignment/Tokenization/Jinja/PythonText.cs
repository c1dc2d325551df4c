namespace Alignment.Tokenization.Jinja;

/// <summary>Python's view of a text: characters are code points, white space is what <c>str.isspace</c> says.</summary>
internal static class PythonText
{
    /// <summary>True for the characters that Python's <c>str.strip</c> removes.</summary>
    public static bool IsSpace(char c) => char.IsWhiteSpace(c) || c is >= '\x1c' and <= '\x1f';

    /// <summary>Removes white space on both sides.</summary>
    public static string Strip(string text) => StripStart(StripEnd(text));

    /// <summary>Removes white space at the start.</summary>
    public static string StripStart(string text) => StripStart(text, IsSpace);

    /// <summary>Removes white space at the end.</summary>
    public static string StripEnd(string text) => StripEnd(text, IsSpace);

    /// <summary>Python's strip, lstrip and rstrip: white space, or any of the given characters.</summary>
    public static string Strip(string text, string? characters, bool start, bool end)
    {
        if (characters is null)
        {
            string trimmed = start ? StripStart(text) : text;
            return end ? StripEnd(trimmed) : trimmed;
        }

        List<string> parts = [.. Characters(text).Cast<string>()];
        HashSet<string> set = [.. Characters(characters).Cast<string>()];
        int from = 0;
        int to = parts.Count;
        while (start && from < to && set.Contains(parts[from]))
        {
            from++;
        }

        while (end && to > from && set.Contains(parts[to - 1]))
        {
            to--;
        }

        return string.Concat(parts[from..to]);
    }

    /// <summary>The number of code points; an unpaired surrogate is one.</summary>
    public static int Length(string text)
    {
        int pairs = 0;
        for (int i = 1; i < text.Length; i++)
        {
            if (char.IsLowSurrogate(text[i]) && char.IsHighSurrogate(text[i - 1]))
            {
                pairs++;
            }
        }

        return text.Length - pairs;
    }

    /// <summary>True when every UTF-16 unit is one character.</summary>
    public static bool IsSimple(string text) => !text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF');

    /// <summary>The characters as texts.</summary>
    public static IEnumerable<object?> Characters(string text)
    {
        for (int i = 0; i < text.Length;)
        {
            int length = char.IsSurrogatePair(text, i) ? 2 : 1;
            yield return text.Substring(i, length);
            i += length;
        }
    }

    /// <summary>The UTF-16 position of a code point.</summary>
    public static int Utf16Offset(string text, int codePoint)
    {
        if (IsSimple(text))
        {
            return Math.Min(codePoint, text.Length);
        }

        int at = 0;
        for (int i = 0; i < codePoint && at < text.Length; i++)
        {
            at += char.IsSurrogatePair(text, at) ? 2 : 1;
        }

        return at;
    }

    /// <summary>The code point position of a UTF-16 position.</summary>
    public static int CodePointOffset(string text, int utf16) => utf16 < 0 ? utf16 : Length(text[..utf16]);

    /// <summary>Compares by code points.</summary>
    public static int Compare(string left, string right)
    {
        int length = Math.Min(left.Length, right.Length);
        for (int i = 0; i < length; i++)
        {
            if (left[i] != right[i])
            {
                return Weight(left[i]).CompareTo(Weight(right[i]));
            }
        }

        return left.Length.CompareTo(right.Length);
    }

    /// <summary>The lines without their ends, split where Python's splitlines splits.</summary>
    public static List<string> SplitLines(string text, bool keepEnds = false)
    {
        var lines = new List<string>();
        int start = 0;
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] is not ('\n' or '\r' or '\v' or '\f' or '\x1c' or '\x1d' or '\x1e' or '\x85' or '\u2028' or '\u2029'))
            {
                continue;
            }

            int end = i;
            if (text[i] == '\r' && i + 1 < text.Length && text[i + 1] == '\n')
            {
                i++;
            }

            lines.Add(text[start..(keepEnds ? i + 1 : end)]);
            start = i + 1;
        }

        if (start < text.Length)
        {
            lines.Add(text[start..]);
        }

        return lines;
    }

    /// <summary>Splits at white space.</summary>
    public static List<object?> SplitSpace(string text, int limit, bool fromEnd)
    {
        var words = new List<object?>();
        string rest = fromEnd ? StripEnd(text) : StripStart(text);
        while (rest.Length > 0)
        {
            int at = limit >= 0 && words.Count >= limit ? -1 : FindSpace(rest, fromEnd);
            if (at < 0)
            {
                words.Add(rest);
                break;
            }

            words.Add(fromEnd ? rest[(at + 1)..] : rest[..at]);
            rest = fromEnd ? StripEnd(rest[..at]) : StripStart(rest[at..]);
        }

        if (fromEnd)
        {
            words.Reverse();
        }

        return words;
    }

    private static int FindSpace(string text, bool fromEnd)
    {
        for (int i = 0; i < text.Length; i++)
        {
            int at = fromEnd ? text.Length - 1 - i : i;
            if (IsSpace(text[at]))
            {
                return at;
            }
        }

        return -1;
    }

    private static int Weight(char c) => char.IsSurrogate(c) ? c + 0x10000 : c;

    private static string StripStart(string text, Func<char, bool> strips)
    {
        int start = 0;
        while (start < text.Length && strips(text[start]))
        {
            start++;
        }

        return text[start..];
    }

    private static string StripEnd(string text, Func<char, bool> strips)
    {
        int end = text.Length;
        while (end > 0 && strips(text[end - 1]))
        {
            end--;
        }

        return text[..end];
    }
}

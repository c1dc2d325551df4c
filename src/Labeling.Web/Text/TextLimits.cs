namespace Alignment.Labeling.Web.Text;

/// <summary>Up to where a text is laid out as Markdown or compared word by word; beyond it is shown as it is.</summary>
internal static class TextLimits
{
    /// <summary>The longest text that is read as Markdown, in characters.</summary>
    public const int Markdown = 60_000;

    /// <summary>How much of a text shown as it is stands open; the rest opens on request.</summary>
    public const int Open = 20_000;

    /// <summary>The most words of an answer that are compared.</summary>
    public const int Words = 2_500;

    /// <summary>The most characters of an answer that are compared.</summary>
    public const int Compared = 60_000;

    // Some of the grammar costs the square of a line's length or of the open brackets.
    private const int Line = 12_000;
    private const int OpenBrackets = 200;

    // Each line may become an element of its own, each bar a cell; browsers lay out large tables slowly.
    private const int Lines = 4_000;
    private const int Bars = 2_000;

    /// <summary>True for a text that may be read as Markdown.</summary>
    public static bool FitsMarkdown(string text)
    {
        if (text.Length > Markdown)
        {
            return false;
        }

        int line = 0, lines = 0, bars = 0, open = 0;
        foreach (char c in text)
        {
            line = c == '\n' ? 0 : line + 1;
            lines += c == '\n' ? 1 : 0;
            bars += c == '|' ? 1 : 0;
            open = c switch { '[' => open + 1, ']' => Math.Max(0, open - 1), _ => open };
            if (line > Line || lines > Lines || bars > Bars || open > OpenBrackets)
            {
                return false;
            }
        }

        return true;
    }
}

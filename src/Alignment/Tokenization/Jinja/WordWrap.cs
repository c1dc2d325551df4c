using System.Text.RegularExpressions;

namespace Alignment.Tokenization.Jinja;

/// <summary>The filter <c>wordwrap</c>: Python's textwrap on each line.</summary>
internal static partial class WordWrap
{
    /// <summary><c>wordwrap(width=79, break_long_words=true, wrapstring=none, break_on_hyphens=true)</c>.</summary>
    public static object? Filter(Renderer renderer, object? value, CallArguments arguments)
    {
        BoundArguments bound = arguments.Bind("wordwrap", 0, "width", "break_long_words", "wrapstring", "break_on_hyphens");
        int width = bound.Int(0, 79);
        if (width <= 0)
        {
            throw JinjaException.Runtime($"invalid width {width} (must be > 0)");
        }

        string text = value switch
        {
            string given => given,
            Undefined undefined => throw undefined.Failure(),
            _ => throw JinjaException.Runtime($"a text is required, not {PythonTypes.NameOf(value)}"),
        };
        string separator = bound.TextOrNull(2) ?? "\n";
        Regex chunks = bound.IsTrue(3, fallback: true) ? HyphenChunk() : SpaceChunk();
        return string.Join(separator, PythonText.SplitLines(text).Select(line =>
            string.Join(separator, Wrap([.. chunks.Matches(line).Select(m => m.Value)], width, bound.IsTrue(1, fallback: true)))));
    }

    private static List<string> Wrap(List<string> chunks, int width, bool breakLong)
    {
        var lines = new List<string>();
        int next = 0;
        while (next < chunks.Count)
        {
            if (lines.Count > 0 && IsBlank(chunks[next]))
            {
                next++;
                continue;
            }

            var line = new List<string>();
            int length = 0;
            while (next < chunks.Count && length + PythonText.Length(chunks[next]) <= width)
            {
                length += PythonText.Length(chunks[next]);
                line.Add(chunks[next++]);
            }

            if (next < chunks.Count && PythonText.Length(chunks[next]) > width)
            {
                next = TakeLong(chunks, next, line, width - length, breakLong);
            }

            if (line.Count > 0 && IsBlank(line[^1]))
            {
                line.RemoveAt(line.Count - 1);
            }

            if (line.Count > 0)
            {
                lines.Add(string.Concat(line));
            }
        }

        return lines;
    }

    /// <summary>Puts what fits of a word that is longer than a line, or the whole word on a line of its own; gives the next chunk.</summary>
    private static int TakeLong(List<string> chunks, int next, List<string> line, int room, bool breakLong)
    {
        if (breakLong)
        {
            int cut = PythonText.Utf16Offset(chunks[next], Math.Max(1, room));
            line.Add(chunks[next][..cut]);
            chunks[next] = chunks[next][cut..];
            return next;
        }

        if (line.Count == 0)
        {
            line.Add(chunks[next]);
            return next + 1;
        }

        return next;
    }

    private static bool IsBlank(string text) => PythonText.Strip(text).Length == 0;

    [GeneratedRegex(@"[\t\n\v\f\r ]+|[^\t\n\v\f\r ]+")]
    private static partial Regex SpaceChunk();

    [GeneratedRegex(@"[\t\n\v\f\r ]+|(?:[^\t\n\v\f\r ]*?[^\W\d_]-(?=[^\W\d_]-?[^\W\d_])|[^\t\n\v\f\r ]+?(?=[\t\n\v\f\r ]|$|(?<=[\w!""'&.,?])-{2,}\w)|-{2,}(?=\w))")]
    private static partial Regex HyphenChunk();
}

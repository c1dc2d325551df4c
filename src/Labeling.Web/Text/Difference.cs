using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using DiffPlex;
using DiffPlex.Model;

namespace Alignment.Labeling.Web.Text;

/// <summary>Two answers with what only one of them says marked, as HTML.</summary>
/// <param name="First">The first answer; what only it says stands in <c>del</c>.</param>
/// <param name="Second">The second answer; what only it says stands in <c>ins</c>.</param>
public sealed partial record Difference(string First, string Second)
{
    private static readonly WordChunker Words = new();

    /// <summary>The difference word by word; null for answers too long to compare.</summary>
    public static Difference? Of(string first, string second)
    {
        first = Characters.Visible(first);
        second = Characters.Visible(second);
        if (Math.Max(first.Length, second.Length) > TextLimits.Compared || Math.Max(Words.Chunk(first).Count, Words.Chunk(second).Count) > TextLimits.Words * 2)
        {
            return null;
        }

        DiffResult result = Differ.Instance.CreateDiffs(first, second, ignoreWhiteSpace: false, ignoreCase: false, Words);
        return new(
            Marked(result.PiecesOld, result.DiffBlocks.Select(block => (block.DeleteStartA, block.DeleteCountA)), "del"),
            Marked(result.PiecesNew, result.DiffBlocks.Select(block => (block.InsertStartB, block.InsertCountB)), "ins"));
    }

    private static string Marked(IReadOnlyList<string> pieces, IEnumerable<(int Start, int Count)> marked, string element)
    {
        var html = new StringBuilder("<div class=\"raw\" dir=\"auto\">");
        int done = 0;
        foreach ((int start, int count) in marked.Where(block => block.Count > 0))
        {
            Append(html, pieces, done, start);
            html.Append('<').Append(element).Append('>');
            Append(html, pieces, start, start + count);
            html.Append("</").Append(element).Append('>');
            done = start + count;
        }

        Append(html, pieces, done, pieces.Count);
        return html.Append("</div>").ToString();
    }

    private static void Append(StringBuilder html, IReadOnlyList<string> pieces, int from, int to)
    {
        for (int i = from; i < to; i++)
        {
            html.Append(WebUtility.HtmlEncode(pieces[i]));
        }
    }

    /// <summary>Words, runs of space, and every other character on its own.</summary>
    private sealed partial class WordChunker : IChunker
    {
        public IReadOnlyList<string> Chunk(string text)
        {
            List<string> pieces = [];
            foreach (ValueMatch match in Piece().EnumerateMatches(text))
            {
                pieces.Add(text.Substring(match.Index, match.Length));
            }

            return pieces;
        }

        [GeneratedRegex(@"[\w'\u2019]+|\s+|[\uD800-\uDBFF][\uDC00-\uDFFF]|.", RegexOptions.Singleline)]
        private static partial Regex Piece();
    }
}

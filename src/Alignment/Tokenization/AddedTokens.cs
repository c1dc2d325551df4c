using System.Buffers;
using System.Text;

namespace Alignment.Tokenization;

/// <summary>A token that is found in the text itself, before the model sees what is between.</summary>
/// <param name="Content">Its text.</param>
/// <param name="Id">Its id.</param>
/// <param name="Special">A control token: left out where special tokens are skipped.</param>
/// <param name="SingleWord">Only where no word character touches it.</param>
/// <param name="LeftStrip">Takes the whitespace before it along.</param>
/// <param name="RightStrip">Takes the whitespace behind it along.</param>
/// <param name="Normalized">Is searched in the normalised text (and normalised itself) instead of the original.</param>
internal sealed record AddedToken(
    string Content, int Id, bool Special, bool SingleWord = false, bool LeftStrip = false, bool RightStrip = false, bool Normalized = false);

/// <summary>Finds added tokens in a text: leftmost first, of those the longest (tokenizers' AddedVocabulary).</summary>
internal sealed class AddedTokenMatcher
{
    private readonly Dictionary<(int Node, char Next), int> _edges = [];
    private readonly List<AddedToken?> _ends = [null];
    private readonly SearchValues<char> _first;

    /// <summary>Makes a matcher for tokens under the texts by which they are searched.</summary>
    public AddedTokenMatcher(IEnumerable<(string Text, AddedToken Token)> tokens)
    {
        var first = new HashSet<char>();
        foreach ((string text, AddedToken token) in tokens.Where(t => t.Text.Length > 0))
        {
            first.Add(text[0]);
            _ends[AddPath(text)] = token;
        }

        _first = SearchValues.Create([.. first]);
    }

    /// <summary>Cuts a text at the tokens.</summary>
    /// <returns>In order: a token, or a piece of text without one (Token null). Empty pieces are left out.</returns>
    public List<(AddedToken? Token, TextSpan Span)> Cut(string text)
    {
        var pieces = new List<(AddedToken? Token, TextSpan Span)>();
        int done = 0;
        for (int at = NextStart(text, 0); at < text.Length; at = NextStart(text, at))
        {
            (AddedToken? token, int end) = LongestAt(text, at);
            if (token is null)
            {
                at++;
                continue;
            }

            if (!token.SingleWord || StandsAlone(text, at, end))
            {
                int start = token.LeftStrip ? Math.Max(WhitespaceBefore(text, at), done) : at;
                int stop = token.RightStrip ? WhitespaceBehind(text, end) : end;
                if (start > done)
                {
                    pieces.Add((null, new TextSpan(done, start - done)));
                }

                pieces.Add((token, new TextSpan(start, stop - start)));
                done = stop;
            }

            at = end;
        }

        if (done < text.Length)
        {
            pieces.Add((null, new TextSpan(done, text.Length - done)));
        }

        return pieces;
    }

    private int AddPath(string text)
    {
        int node = 0;
        foreach (char next in text)
        {
            if (!_edges.TryGetValue((node, next), out int child))
            {
                child = _ends.Count;
                _ends.Add(null);
                _edges.Add((node, next), child);
            }

            node = child;
        }

        return node;
    }

    private int NextStart(string text, int from)
    {
        int offset = from < text.Length ? text.AsSpan(from).IndexOfAny(_first) : -1;
        return offset < 0 ? text.Length : from + offset;
    }

    private (AddedToken? Token, int End) LongestAt(string text, int start)
    {
        AddedToken? longest = null;
        int end = start;
        int node = 0;
        for (int i = start; i < text.Length && _edges.TryGetValue((node, text[i]), out node); i++)
        {
            if (_ends[node] is AddedToken token)
            {
                longest = token;
                end = i + 1;
            }
        }

        return (longest, end);
    }

    private static bool StandsAlone(string text, int start, int end)
    {
        bool before = Rune.DecodeLastFromUtf16(text.AsSpan(0, start), out Rune left, out _) == OperationStatus.Done && CharacterClasses.IsWord(left);
        bool behind = Rune.DecodeFromUtf16(text.AsSpan(end), out Rune right, out _) == OperationStatus.Done && CharacterClasses.IsWord(right);
        return !before && !behind;
    }

    private static int WhitespaceBefore(string text, int index)
    {
        while (index > 0 && char.IsWhiteSpace(text[index - 1]))
        {
            index--;
        }

        return index;
    }

    private static int WhitespaceBehind(string text, int index)
    {
        while (index < text.Length && char.IsWhiteSpace(text[index]))
        {
            index++;
        }

        return index;
    }
}

using System.Text;

namespace Alignment.Serving;

/// <summary>
/// Looks for stop strings in a text that comes in pieces. What may be the beginning of one is held back, so that nothing is
/// shown that a later piece would take away. One thread, one text.
/// </summary>
/// <param name="stops">not empty each</param>
internal sealed class StopSearch(IReadOnlyList<string> stops)
{
    private readonly StringBuilder _held = new();

    /// <summary>Whether a stop string was found; the text is then complete.</summary>
    public bool Found { get; private set; }

    /// <summary>Adds a piece; returns the text that is certain by now.</summary>
    public string Add(string piece)
    {
        _held.Append(piece);
        string text = _held.ToString();
        int at = First(text);
        Found = at >= 0;
        int certain = Found ? at : text.Length - Begun(text);
        _held.Remove(0, Found ? text.Length : certain);
        return text[..certain];
    }

    /// <summary>Returns the rest, when no more pieces come.</summary>
    public string Finish()
    {
        string rest = _held.ToString();
        _held.Clear();
        return rest;
    }

    private int First(string text) =>
        stops.Select(stop => text.IndexOf(stop, StringComparison.Ordinal)).Where(at => at >= 0).DefaultIfEmpty(-1).Min();

    // Length of the longest end of the text that begins a stop string.
    private int Begun(string text)
    {
        int longest = 0;
        foreach (string stop in stops)
        {
            int length = Math.Min(stop.Length - 1, text.Length);
            while (length > longest && !text.EndsWith(stop[..length], StringComparison.Ordinal))
            {
                length--;
            }

            longest = Math.Max(longest, length);
        }

        return longest;
    }
}

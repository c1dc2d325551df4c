using System.Runtime.InteropServices;

namespace Alignment.Tokenization;

/// <summary>
/// Turns ids into text one by one, for showing a text while it is generated: what comes out never changes later, and all
/// parts together are what <see cref="Tokenizer.Decode"/> gives at once. Text is held back inside a character, inside a run
/// of byte tokens, and (with clean-up) where a later token can still remove a space. One thread, one text.
/// </summary>
/// <param name="tokenizer">Decodes.</param>
/// <param name="skipSpecialTokens">Leaves control tokens out.</param>
public sealed class StreamingDecoder(Tokenizer tokenizer, bool skipSpecialTokens)
{
    /// <summary>Beyond so many ids, decoding starts later, so that the cost of a token does not grow with the text.</summary>
    private const int Window = 64;

    /// <summary>One less than the longest text that clean-up changes, such as " 've"; each of these begins with a space.</summary>
    private const int CleanUpReach = 3;

    private readonly List<int> _ids = [];
    private int _start;
    private int _emitted;
    private bool _open;

    /// <summary>Adds an id; returns the text that is certain by now, often empty inside a character.</summary>
    public string Add(int id)
    {
        _ids.Add(id);
        if (!(skipSpecialTokens && tokenizer.TokenOf(id) is string token && tokenizer.ControlTokens.ContainsKey(token)))
        {
            _open = tokenizer.IsOpenByte(id);
        }

        if (_open)
        {
            return "";
        }

        string text = TextFrom(_start);
        string part = Emit(text, Certain(text));
        Advance(text);
        return part;
    }

    /// <summary>Returns the rest.</summary>
    public string Finish()
    {
        string text = TextFrom(_start);
        return Emit(text, text.Length);
    }

    private string Emit(string text, int end)
    {
        if (end <= _emitted)
        {
            return "";
        }

        string part = text[_emitted..end];
        _emitted = end;
        return tokenizer.CleanUp(part);
    }

    private int Certain(string text)
    {
        int end = text.Length;
        while (end > 0 && text[end - 1] == '\uFFFD')
        {
            end--;
        }

        if (tokenizer.CleansUp)
        {
            // No clean-up reaches across a place behind three characters that are no spaces.
            while (end > 0 && (end < CleanUpReach || text.AsSpan(end - CleanUpReach, CleanUpReach).Contains(' ')))
            {
                end--;
            }
        }

        return end;
    }

    private string TextFrom(int start) => tokenizer.DecodeRaw(CollectionsMarshal.AsSpan(_ids)[start..], skipSpecialTokens);

    /// <summary>
    /// Lets decoding start later when the shorter text is the end of the longer one. What a decoder does differently at the
    /// start of a text (a space is stripped) is then far from the end.
    /// </summary>
    private void Advance(string text)
    {
        int start = _ids.Count - (Window / 2);
        if (_ids.Count - _start <= Window || tokenizer.IsOpenByte(_ids[start]))
        {
            return;
        }

        string tail = TextFrom(start);
        int dropped = text.Length - tail.Length;
        if (tail.Length > 0 && dropped <= _emitted && text.EndsWith(tail, StringComparison.Ordinal))
        {
            _start = start;
            _emitted -= dropped;
        }
    }
}

namespace Alignment.Tokenization;

/// <summary>Turns ids into text one by one: text comes out only where characters are complete.</summary>
public sealed class StreamingDecoder(Tokenizer tokenizer, bool skipSpecialTokens)
{
    private readonly List<int> _ids = [];
    private int _emitted;

    /// <summary>Adds an id; returns the text that is certain by now, often empty inside a character.</summary>
    public string Add(int id)
    {
        _ids.Add(id);
        string text = Text();
        return text.EndsWith('\uFFFD') ? "" : Emit(text);
    }

    /// <summary>Returns the rest; all parts together are the text that decoding at once gives.</summary>
    public string Finish() => Emit(Text());

    private string Text() => tokenizer.Decode(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_ids), skipSpecialTokens);

    private string Emit(string text)
    {
        string part = text[Math.Min(_emitted, text.Length)..];
        _emitted = text.Length;
        return part;
    }
}

using System.Text;

namespace Alignment.Tokenization;

/// <summary>A piece of text that the pre-tokenizers cut into spans and may rewrite on the way.</summary>
internal sealed class PreTokenizedText(string text, bool atStart)
{
    private ShadowText? _shadow;

    /// <summary>The text as rewritten so far.</summary>
    public string Text { get; private set; } = text;

    /// <summary>The spans that are encoded one by one, in order, never empty; what they leave out is dropped.</summary>
    public List<TextSpan> Spans { get; private set; } = text.Length == 0 ? [] : [new TextSpan(0, text.Length)];

    /// <summary>True when the first span begins where the whole text begins.</summary>
    public bool AtStart { get; } = atStart;

    /// <summary>The text as patterns see it.</summary>
    public ShadowText Shadow => _shadow ??= ShadowText.Of(Text);

    /// <summary>Sets finer spans of the same text.</summary>
    public void Cut(List<TextSpan> spans) => Spans = spans;

    /// <summary>Rewrites every span.</summary>
    /// <param name="rewrite">Appends what a span becomes; gets its text and whether it is the very first of the whole text.</param>
    public void Rewrite(Action<StringBuilder, ReadOnlySpan<char>, bool> rewrite)
    {
        var output = new StringBuilder(Text.Length + 16);
        var spans = new List<TextSpan>(Spans.Count);
        for (int i = 0; i < Spans.Count; i++)
        {
            int start = output.Length;
            rewrite(output, Text.AsSpan(Spans[i].Start, Spans[i].Length), AtStart && i == 0);
            if (output.Length > start)
            {
                spans.Add(new TextSpan(start, output.Length - start));
            }
        }

        Replace(output.ToString(), spans);
    }

    /// <summary>Sets another text and its spans.</summary>
    public void Replace(string text, List<TextSpan> spans)
    {
        Text = text;
        Spans = spans;
        _shadow = null;
    }
}

/// <summary>A range of UTF-16 units.</summary>
internal readonly record struct TextSpan(int Start, int Length)
{
    /// <summary>The index behind the last unit.</summary>
    public int End => Start + Length;
}

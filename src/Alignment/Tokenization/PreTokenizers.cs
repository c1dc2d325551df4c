using System.Buffers;
using System.Text;
using System.Text.RegularExpressions;

namespace Alignment.Tokenization;

/// <summary>One step of cutting text before the model sees it.</summary>
internal interface IPreTokenizer
{
    /// <summary>Cuts or rewrites the spans.</summary>
    void Apply(PreTokenizedText text);
}

/// <summary>Steps in order.</summary>
internal sealed class PreTokenizerSequence(IReadOnlyList<IPreTokenizer> steps) : IPreTokenizer
{
    /// <inheritdoc/>
    public void Apply(PreTokenizedText text)
    {
        foreach (IPreTokenizer step in steps)
        {
            step.Apply(text);
        }
    }
}

/// <summary>What becomes of the delimiters that a split finds.</summary>
internal enum SplitBehavior
{
    /// <summary>Delimiters are dropped.</summary>
    Removed,

    /// <summary>Each delimiter is a span of its own.</summary>
    Isolated,

    /// <summary>A delimiter ends the span before it.</summary>
    MergedWithPrevious,

    /// <summary>A delimiter begins the span after it.</summary>
    MergedWithNext,

    /// <summary>Adjacent delimiters are one span.</summary>
    Contiguous,
}

/// <summary>Finds delimiters in text with one UTF-16 unit per code point.</summary>
internal interface IDelimiter
{
    /// <summary>Adds the delimiters of a text, in order, as ranges of it.</summary>
    void Find(ReadOnlySpan<char> text, List<TextSpan> found);
}

/// <summary>Cuts at delimiters (tokenizers' NormalizedString::split).</summary>
internal sealed class Split(IDelimiter delimiter, SplitBehavior behavior, bool invert) : IPreTokenizer
{
    /// <inheritdoc/>
    public void Apply(PreTokenizedText text)
    {
        ShadowText shadow = text.Shadow;
        var spans = new List<TextSpan>(text.Spans.Count * 2);
        var found = new List<TextSpan>();
        var pieces = new List<(TextSpan Span, bool IsDelimiter)>();
        foreach (TextSpan span in text.Spans)
        {
            int start = shadow.Shadow(span.Start);
            int end = shadow.Shadow(span.End);
            found.Clear();
            delimiter.Find(shadow.Text.AsSpan(start, end - start), found);
            if (behavior == SplitBehavior.Isolated)
            {
                AddIsolated(shadow, start, end, found, spans);
                continue;
            }

            pieces.Clear();
            Cover(found, end - start, pieces);
            Merge(pieces);
            foreach ((TextSpan piece, bool drop) in pieces)
            {
                if (!drop)
                {
                    Add(shadow, start + piece.Start, start + piece.End, spans);
                }
            }
        }

        text.Cut(spans);
    }

    private static void AddIsolated(ShadowText shadow, int start, int end, List<TextSpan> found, List<TextSpan> spans)
    {
        int done = start;
        foreach (TextSpan match in found)
        {
            Add(shadow, done, start + match.Start, spans);
            Add(shadow, start + match.Start, start + match.End, spans);
            done = start + match.End;
        }

        Add(shadow, done, end, spans);
    }

    private static void Add(ShadowText shadow, int start, int end, List<TextSpan> spans)
    {
        if (end > start)
        {
            int from = shadow.Original(start);
            spans.Add(new TextSpan(from, shadow.Original(end) - from));
        }
    }

    private void Cover(List<TextSpan> found, int length, List<(TextSpan Span, bool IsDelimiter)> pieces)
    {
        int previous = 0;
        foreach (TextSpan match in found)
        {
            if (match.Start > previous)
            {
                pieces.Add((new TextSpan(previous, match.Start - previous), invert));
            }

            pieces.Add((match, !invert));
            previous = match.End;
        }

        if (previous < length)
        {
            pieces.Add((new TextSpan(previous, length - previous), invert));
        }
    }

    /// <summary>Turns "is a delimiter" into "is dropped".</summary>
    private void Merge(List<(TextSpan Span, bool Flag)> pieces)
    {
        switch (behavior)
        {
            case SplitBehavior.Removed:
                return;
            case SplitBehavior.MergedWithNext:
                pieces.Reverse();
                Fold(pieces, static (isDelimiter, previous) => isDelimiter && !previous);
                pieces.Reverse();
                return;
            case SplitBehavior.MergedWithPrevious:
                Fold(pieces, static (isDelimiter, previous) => isDelimiter && !previous);
                return;
            default:
                Fold(pieces, static (isDelimiter, previous) => isDelimiter == previous);
                return;
        }
    }

    private static void Fold(List<(TextSpan Span, bool Flag)> pieces, Func<bool, bool, bool> joins)
    {
        int count = 0;
        bool previous = false;
        for (int i = 0; i < pieces.Count; i++)
        {
            (TextSpan span, bool isDelimiter) = pieces[i];
            if (count > 0 && joins(isDelimiter, previous))
            {
                TextSpan last = pieces[count - 1].Span;
                int start = Math.Min(last.Start, span.Start);
                pieces[count - 1] = (new TextSpan(start, Math.Max(last.End, span.End) - start), false);
            }
            else
            {
                pieces[count++] = (span, false);
            }

            previous = isDelimiter;
        }

        pieces.RemoveRange(count, pieces.Count - count);
    }
}

/// <summary>Delimiters by a pattern.</summary>
internal sealed class PatternDelimiter(Regex pattern) : IDelimiter
{
    /// <inheritdoc/>
    public void Find(ReadOnlySpan<char> text, List<TextSpan> found)
    {
        int lastEnd = -1;
        foreach (ValueMatch match in pattern.EnumerateMatches(text))
        {
            // An empty match right behind the last match does not count.
            if (match.Length > 0 || match.Index != lastEnd)
            {
                found.Add(new TextSpan(match.Index, match.Length));
                lastEnd = match.Index + match.Length;
            }
        }
    }
}

/// <summary>Delimiters by a fixed text without surrogates.</summary>
internal sealed class LiteralDelimiter(string literal) : IDelimiter
{
    /// <inheritdoc/>
    public void Find(ReadOnlySpan<char> text, List<TextSpan> found)
    {
        int start = 0;
        for (int at = text.IndexOf(literal, StringComparison.Ordinal); at >= 0; at = text[start..].IndexOf(literal, StringComparison.Ordinal))
        {
            found.Add(new TextSpan(start + at, literal.Length));
            start += at + literal.Length;
        }
    }
}

/// <summary>Every character of a class is a delimiter of its own.</summary>
internal sealed class CharacterDelimiter(Func<char, bool> isDelimiter) : IDelimiter
{
    /// <inheritdoc/>
    public void Find(ReadOnlySpan<char> text, List<TextSpan> found)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (isDelimiter(text[i]))
            {
                found.Add(new TextSpan(i, 1));
            }
        }
    }
}

/// <summary>Writes bytes in the letters of <see cref="ByteAlphabet"/>, after GPT-2's pattern where asked for.</summary>
internal sealed class ByteLevel(bool addPrefixSpace, bool useRegex) : IPreTokenizer
{
    /// <summary>GPT-2's pattern.</summary>
    public const string Pattern = "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";

    private readonly Split? _split = useRegex
        ? new Split(new PatternDelimiter(OnigurumaPattern.Compile(Pattern)), SplitBehavior.Isolated, invert: false)
        : null;

    /// <inheritdoc/>
    public void Apply(PreTokenizedText text)
    {
        if (addPrefixSpace)
        {
            text.Rewrite(static (output, span, _) => output.Append(span[0] == ' ' ? "" : " ").Append(span));
        }

        _split?.Apply(text);
        WriteBytes(text);
    }

    private static void WriteBytes(PreTokenizedText text)
    {
        // A UTF-16 unit becomes at most three bytes.
        char[] buffer = ArrayPool<char>.Shared.Rent(text.Text.Length * 3);
        var spans = new List<TextSpan>(text.Spans.Count);
        int length = 0;
        foreach (TextSpan span in text.Spans)
        {
            int start = length;
            length += Write(text.Text.AsSpan(span.Start, span.Length), buffer.AsSpan(length));
            spans.Add(new TextSpan(start, length - start));
        }

        text.Replace(new string(buffer, 0, length), spans);
        ArrayPool<char>.Shared.Return(buffer);
    }

    private static int Write(ReadOnlySpan<char> text, Span<char> output)
    {
        Span<byte> bytes = stackalloc byte[4];
        int length = 0;
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (rune.IsAscii)
            {
                output[length++] = ByteAlphabet.Of((byte)rune.Value);
                continue;
            }

            int count = rune.EncodeToUtf8(bytes);
            for (int i = 0; i < count; i++)
            {
                output[length++] = ByteAlphabet.Of(bytes[i]);
            }
        }

        return length;
    }
}

/// <summary>Writes spaces as a replacement character, puts one in front, and cuts before each.</summary>
internal sealed class Metaspace(char replacement, MetaspacePrepend prepend, bool split) : IPreTokenizer
{
    private readonly Split _split = new(new LiteralDelimiter(replacement.ToString()), SplitBehavior.MergedWithNext, invert: false);

    /// <inheritdoc/>
    public void Apply(PreTokenizedText text)
    {
        text.Rewrite((output, span, first) =>
        {
            bool starts = span[0] == replacement || span[0] == ' ';
            if (!starts && (prepend == MetaspacePrepend.Always || (prepend == MetaspacePrepend.First && first)))
            {
                output.Append(replacement);
            }

            int start = output.Length;
            output.Append(span).Replace(' ', replacement, start, span.Length);
        });
        if (split)
        {
            _split.Apply(text);
        }
    }
}

/// <summary>Where <see cref="Metaspace"/> puts a replacement character in front.</summary>
internal enum MetaspacePrepend
{
    /// <summary>Nowhere.</summary>
    Never,

    /// <summary>Only at the start of the whole text.</summary>
    First,

    /// <summary>At every piece between added tokens.</summary>
    Always,
}

using System.Buffers;
using System.Globalization;
using System.Text;

namespace Alignment.Tokenization;

/// <summary>Turns tokens back into text, step by step; the parts that remain at the end are joined.</summary>
internal interface IDecoder
{
    /// <summary>The parts that the tokens become.</summary>
    IReadOnlyList<string> Decode(IReadOnlyList<string> tokens);
}

/// <summary>Decoders in order.</summary>
internal sealed class DecoderSequence(IReadOnlyList<IDecoder> steps) : IDecoder
{
    /// <inheritdoc/>
    public IReadOnlyList<string> Decode(IReadOnlyList<string> tokens) => steps.Aggregate(tokens, static (current, step) => step.Decode(current));
}

/// <summary>Reads the letters of <see cref="ByteAlphabet"/> as bytes; a token with another character stands for its own UTF-8.</summary>
internal sealed class ByteLevelDecoder : IDecoder
{
    /// <inheritdoc/>
    public IReadOnlyList<string> Decode(IReadOnlyList<string> tokens)
    {
        var bytes = new ArrayBufferWriter<byte>(256);
        foreach (string token in tokens)
        {
            Append(bytes, token);
        }

        return [Encoding.UTF8.GetString(bytes.WrittenSpan)];
    }

    private static void Append(ArrayBufferWriter<byte> bytes, string token)
    {
        Span<byte> span = bytes.GetSpan(Encoding.UTF8.GetMaxByteCount(token.Length));
        for (int i = 0; i < token.Length; i++)
        {
            int value = ByteAlphabet.ByteOf(token[i]);
            if (value < 0)
            {
                bytes.Advance(Encoding.UTF8.GetBytes(token, span));
                return;
            }

            span[i] = (byte)value;
        }

        bytes.Advance(token.Length);
    }
}

/// <summary>Reads runs of &lt;0xNN&gt; tokens as UTF-8; each byte of an invalid run becomes U+FFFD.</summary>
internal sealed class ByteFallbackDecoder : IDecoder
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <inheritdoc/>
    public IReadOnlyList<string> Decode(IReadOnlyList<string> tokens)
    {
        var parts = new List<string>(tokens.Count);
        var run = new List<byte>();
        foreach (string token in tokens)
        {
            if (ByteOf(token) is byte value)
            {
                run.Add(value);
                continue;
            }

            Flush(run, parts);
            parts.Add(token);
        }

        Flush(run, parts);
        return parts;
    }

    /// <summary>The byte of a &lt;0xNN&gt; token, null when it is another token.</summary>
    public static byte? ByteOf(string token) =>
        token.Length == 6 && token.StartsWith("<0x", StringComparison.Ordinal) && token[5] == '>'
        && byte.TryParse(token.AsSpan(3, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out byte value)
            ? value : null;

    private static void Flush(List<byte> run, List<string> parts)
    {
        if (run.Count == 0)
        {
            return;
        }

        try
        {
            parts.Add(Strict.GetString([.. run]));
        }
        catch (DecoderFallbackException)
        {
            parts.AddRange(Enumerable.Repeat("\uFFFD", run.Count));
        }

        run.Clear();
    }
}

/// <summary>Joins all parts to one.</summary>
internal sealed class FuseDecoder : IDecoder
{
    /// <inheritdoc/>
    public IReadOnlyList<string> Decode(IReadOnlyList<string> tokens) => [string.Concat(tokens)];
}

/// <summary>Applies a replacement to each part.</summary>
internal sealed class ReplaceDecoder(INormalizer replace) : IDecoder
{
    /// <inheritdoc/>
    public IReadOnlyList<string> Decode(IReadOnlyList<string> tokens) => [.. tokens.Select(replace.Normalize)];
}

/// <summary>Removes at most so many of one character from the ends of each part.</summary>
internal sealed class StripDecoder(char content, int start, int stop) : IDecoder
{
    /// <inheritdoc/>
    public IReadOnlyList<string> Decode(IReadOnlyList<string> tokens) => [.. tokens.Select(Strip)];

    private string Strip(string token)
    {
        int from = 0;
        while (from < start && from < token.Length && token[from] == content)
        {
            from++;
        }

        int to = token.Length;
        while (token.Length - to < stop && to > from && token[to - 1] == content)
        {
            to--;
        }

        return token[from..to];
    }
}

/// <summary>Writes the replacement character as a space, and leaves it out of the first token where one was put in front.</summary>
internal sealed class MetaspaceDecoder(char replacement, bool prepended) : IDecoder
{
    /// <inheritdoc/>
    public IReadOnlyList<string> Decode(IReadOnlyList<string> tokens) =>
        [.. tokens.Select((token, i) => i == 0 && prepended
            ? token.Replace(replacement.ToString(), "", StringComparison.Ordinal)
            : token.Replace(replacement, ' '))];
}

using System.Text;

using Alignment.Tokenization;

namespace Alignment.Serving;

/// <summary>The text and the bytes of single tokens, as log-probabilities show them.</summary>
internal static class TokenText
{
    private const char Replacement = '\uFFFD';

    /// <summary>The token's text inside a text; U+FFFD where it holds a part of a character only.</summary>
    public static string Of(Tokenizer tokenizer, int id)
    {
        // Some decoders drop a space at the start of a text: what a second one adds to the first is the token's own.
        string one = tokenizer.DecodeRaw([id], skipSpecialTokens: false), two = tokenizer.DecodeRaw([id, id], skipSpecialTokens: false);
        return two.StartsWith(one, StringComparison.Ordinal) && !two.Contains(Replacement, StringComparison.Ordinal) ? two[one.Length..] : one;
    }

    /// <summary>Its bytes in UTF-8, also of a part of a character; null where it has none of its own.</summary>
    public static byte[]? BytesOf(Tokenizer tokenizer, int id)
    {
        string text = Of(tokenizer, id);
        if (!text.Contains(Replacement, StringComparison.Ordinal))
        {
            return Encoding.UTF8.GetBytes(text);
        }

        string token = tokenizer.TokenOf(id) ?? "";
        return tokenizer.IsOpenByte(id) && ByteFallbackDecoder.ByteOf(token) is byte single ? [single]
            : token.Length > 0 && token.All(letter => ByteAlphabet.ByteOf(letter) >= 0) ? [.. token.Select(letter => (byte)ByteAlphabet.ByteOf(letter))]
            : null;
    }
}

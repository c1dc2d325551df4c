using System.Text;

namespace Alignment.Tests.Tokenization;

/// <summary>Seeded short texts that mix what tokenizers get wrong.</summary>
internal sealed class RandomTexts(int seed, IReadOnlyList<string> real, IReadOnlyList<string> tokens)
{
    private static readonly string[] Snippets =
    [
        " ", "  ", "   ", "\n", "\n\n", "\r\n", "\t", " \n ", "\u00A0", "\u2003", "\u3000", "\u200B", "\u200D", "\uFEFF", "\u202B", "\u0085", "\u001B", "\0",
        "'s", "'S", "'ſ", "'ll", "'LL", "'lL", "n't", "'re", "'VE", "\u212A", "don't", "I'm", "it's", "ﬁ", "ß", "ẞ",
        "1", "12", "123", "1234567", "٣", "२", "Ⅷ", "½", "𝟘𝟙𝟚", "１２", "²",
        "e\u0301", "é", "한국어", "각", "日本語", "カタカナ", "ひらがな", "中文字", "𠀀𠀁", "𝒜𝒷", "Ⓐ", "🅰", "🙂", "👩‍👩‍👧", "🇳🇴", "🫠", "🪿",
        "Ω", "ЖЗ", "עברית", "عربي", "ไทย", "हिन्दी", "ǅ", "ʰ", "ª", "_", "__", "-", "----", "...", "!?", "€", "$5", "+=", "<>", "^", "`", "|",
        "▁", "▁▁", "Ġ", "<0x0A>", "\uFFFD", "a", "the", "The", " the", "ing", "ZQX", "xyzzy", "http://a.b/c?d=e#f", "foo_bar", "x=1;",
        "\u1C89", "\u0897", "\U0001E5D0", "\U00010D40", "\u0378", "\uE000", "\U000F0000", "\u0300", "\u20DD",
    ];

    private readonly Random _random = new(seed);

    /// <summary>The next text, at most about 200 characters.</summary>
    public string Next()
    {
        var text = new StringBuilder();
        int parts = _random.Next(1, 12);
        for (int i = 0; i < parts; i++)
        {
            text.Append(Part());
        }

        return text.ToString();
    }

    private string Part() => _random.Next(10) switch
    {
        < 4 => Snippets[_random.Next(Snippets.Length)],
        4 => tokens.Count == 0 ? "" : tokens[_random.Next(tokens.Count)],
        5 => Slice(real[_random.Next(real.Count)]),
        6 => CodePoint(0x250),
        7 => CodePoint(0x3100),
        8 => CodePoint(0x20000),
        _ => new string((char)_random.Next(32, 127), _random.Next(1, 9)),
    };

    private string Slice(string text)
    {
        int start = _random.Next(text.Length + 1);
        int length = _random.Next(Math.Min(24, text.Length - start) + 1);
        return string.Concat(text.Substring(start, length).Where(c => !char.IsSurrogate(c)));
    }

    private string CodePoint(int limit)
    {
        int value = _random.Next(limit);
        return value is >= 0xD800 and <= 0xDFFF ? "" : char.ConvertFromUtf32(value);
    }
}

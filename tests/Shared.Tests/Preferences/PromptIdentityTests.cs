using System.Security.Cryptography;
using System.Text;
using Alignment.Shared.Preferences;
using Alignment.Shared.Statistics;

namespace Alignment.Shared.Tests.Preferences;

public sealed class PromptIdentityTests
{
    [Theory]
    [InlineData("  Hello \t\r\n  World  ", "hello world")]
    [InlineData("ﬁne ① Ｆｕｌｌ", "fine 1 full")]
    [InlineData("e\u0301", "é")]
    [InlineData("a\u00a0\u2003b\u3000", "a b")]
    [InlineData("\u200bX", "\u200bx")]
    [InlineData("ÄÖ ẞ", "äö ß")]
    [InlineData("", "")]
    [InlineData(" \n ", "")]
    [InlineData("😀 A", "😀 a")]
    public void Normalize_Text_IsNfkcTrimmedSingleSpacedAndLower(string text, string expected) =>
        Assert.Equal(expected, PromptIdentity.Normalize(text));

    [Fact]
    public void Normalize_Turkish_IgnoresTheCulture()
    {
        System.Globalization.CultureInfo before = System.Globalization.CultureInfo.CurrentCulture;
        try
        {
            System.Globalization.CultureInfo.CurrentCulture = System.Globalization.CultureInfo.GetCultureInfo("tr-TR");

            Assert.Equal("title", PromptIdentity.Normalize("TITLE"));
        }
        finally
        {
            System.Globalization.CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void Normalize_LoneSurrogate_IsRefused() =>
        Assert.Contains("U+D83D at index 1", Assert.Throws<UserError>(() => PromptIdentity.Normalize("a\ud83d")).Message, StringComparison.Ordinal);

    [Fact]
    public void PromptIdAndFraction_RandomSpacingCaseAndForm_StayTheSame()
    {
        string[] words = ["Straße", "naïve", "ABC", "ﬁ", "１２", "日本", "😀", "x\u0301y", "don't"];
        string[] spaces = [" ", "  ", "\n", "\t ", "\u00a0", "\u2009\r\n"];
        var random = new SplitMix64(7);
        for (int round = 0; round < 300; round++)
        {
            string[] chosen = [.. Enumerable.Range(0, 1 + random.NextInt(6)).Select(_ => words[random.NextInt(words.Length)])];
            string plain = string.Join(' ', chosen);
            var varied = new StringBuilder();
            foreach (string word in chosen)
            {
                string form = random.NextInt(3) switch { 0 => word.Normalize(NormalizationForm.FormD), 1 => word.Normalize(NormalizationForm.FormKC), _ => word };
                varied.Append(spaces[random.NextInt(spaces.Length)]).Append(random.NextInt(2) == 0 ? form.ToUpperInvariant().Replace("STRASSE", "Straße", StringComparison.Ordinal) : form);
            }

            varied.Append(spaces[random.NextInt(spaces.Length)]);
            Message[] first = [new(Roles.System, "s"), new(Roles.User, plain)], second = [new(Roles.System, "S "), new(Roles.User, varied.ToString())];

            Assert.Equal(PromptIdentity.Normalize(plain), PromptIdentity.Normalize(PromptIdentity.Normalize(varied.ToString())));
            Assert.Equal(PromptIdentity.PromptId(first), PromptIdentity.PromptId(second));
            Assert.Equal(PromptIdentity.Fraction(first), PromptIdentity.Fraction(second));
        }
    }

    [Fact]
    public void PromptId_OtherTurnsRolesOrBorders_Differ()
    {
        Message[][] conversations =
        [
            [new("user", "ab")],
            [new("assistant", "ab")],
            [new("user", "a"), new("user", "b")],
            [new("user", "ab"), new("user", "")],
            [new("usera", "b")],
            [new("user", "ab"), new("assistant", "x"), new("user", "ab")],
        ];

        Assert.Equal(conversations.Length, conversations.Select(PromptIdentity.PromptId).Distinct().Count());
    }

    [Fact]
    public void Fraction_Text_IsTheHashsFirstEightBytesBigEndian()
    {
        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes("what is this?"));
        ulong value = 0;
        foreach (byte part in hash.Take(8))
        {
            value = (value << 8) | part;
        }

        Assert.Equal(value / Math.Pow(2, 64), PromptIdentity.Fraction(" What  is this?"));
    }

    [Fact]
    public void Fraction_Conversation_GoesByTheFirstUserTurn()
    {
        Message[] shortOne = [new("system", "be kind"), new("user", "Hi")];
        Message[] longOne = [new("user", "hi "), new("assistant", "yes"), new("user", "more")];

        Assert.Equal(PromptIdentity.Fraction(shortOne), PromptIdentity.Fraction(longOne));
        Assert.Equal(PromptIdentity.Fraction("be kind"), PromptIdentity.Fraction([new Message("system", "be kind")]));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.1)]
    [InlineData(0.25)]
    [InlineData(1)]
    public void IsTest_ManyPrompts_TakesAboutTheShare(double share)
    {
        int test = Enumerable.Range(0, 4000).Count(i => PromptIdentity.IsTest(FormattableString.Invariant($"prompt {i}"), share));

        Assert.InRange(test / 4000.0, share - 0.03, share + 0.03);
        Assert.True(share is > 0 and < 1 || test == share * 4000);
    }
}

using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Alignment.Shared.Preferences;

/// <summary>
/// When two prompts count as the same, and on which side of the split they fall. Texts are normalised: NFKC, trimmed,
/// every run of white space one space, lower-cased without a culture. The split goes by the first user turn, so that all
/// rows of one conversation stay together in every snapshot of every project.
/// </summary>
public static class PromptIdentity
{
    /// <summary>NFKC, trimmed, white-space runs as one space, lower-cased (ToLowerInvariant).</summary>
    /// <exception cref="UserError">The text is no well-formed Unicode, or .NET cannot normalise here.</exception>
    public static string Normalize(string text)
    {
        UnicodeText.Require(text, "the text");
        string compatible = UnicodeText.Normalize(text, NormalizationForm.FormKC);
        var result = new StringBuilder(compatible.Length);
        bool pending = false;
        foreach (char c in compatible)
        {
            if (char.IsWhiteSpace(c))
            {
                pending = result.Length > 0;
                continue;
            }

            if (pending)
            {
                result.Append(' ');
                pending = false;
            }

            result.Append(c);
        }

        return result.ToString().ToLowerInvariant();
    }

    /// <summary>
    /// The id of a conversation: 32 hexadecimal digits, the first 16 bytes of the SHA-256 over role, a zero byte, the
    /// normalised content and a zero byte of every turn.
    /// </summary>
    public static string PromptId(IReadOnlyList<Message> conversation)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (Message turn in conversation)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(turn.Role));
            hash.AppendData([0]);
            hash.AppendData(Encoding.UTF8.GetBytes(Normalize(turn.Content)));
            hash.AppendData([0]);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 16));
    }

    /// <summary>The text that decides a conversation's split: its first user turn; without one, all contents joined by a line feed.</summary>
    public static string SplitText(IReadOnlyList<Message> conversation) =>
        conversation.FirstOrDefault(turn => turn.Role == Roles.User)?.Content ?? string.Join('\n', conversation.Select(turn => turn.Content));

    /// <summary>
    /// Where a text falls in [0, 1): the first 8 bytes of the SHA-256 of the normalised text, big-endian, divided by 2^64.
    /// </summary>
    public static double Fraction(string text)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(Normalize(text)), hash);

        // Rounding a 64-bit number to a double can reach 2^64 itself; the largest double below 1 keeps the half-open range.
        return Math.Min(BinaryPrimitives.ReadUInt64BigEndian(hash) / 18446744073709551616.0, double.BitDecrement(1.0));
    }

    /// <summary><see cref="Fraction(string)"/> of a conversation's <see cref="SplitText"/>.</summary>
    public static double Fraction(IReadOnlyList<Message> conversation) => Fraction(SplitText(conversation));

    /// <summary>True when a conversation goes to the test split: its fraction is below the share.</summary>
    public static bool IsTest(IReadOnlyList<Message> conversation, double testShare) => Fraction(conversation) < testShare;

    /// <summary>True when a text without turns goes to the test split.</summary>
    public static bool IsTest(string text, double testShare) => Fraction(text) < testShare;
}

using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Alignment.Shared.Preferences;

namespace Alignment.Pipeline.Items;

/// <summary>What makes two items the same, and which answer stands first.</summary>
internal static class ItemIdentity
{
    /// <summary>
    /// SHA-256 over kind, turns and answers, each with its length before it, so that no two contents run together;
    /// 64 lower-case hexadecimal digits.
    /// </summary>
    public static string Hash(ItemKind kind, IReadOnlyList<Message> prompt, string? answerA, string? answerB)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append(hash, kind.ToString());
        Append(hash, prompt.Count.ToString(CultureInfo.InvariantCulture));
        foreach (Message turn in prompt)
        {
            Append(hash, turn.Role);
            Append(hash, turn.Content);
        }

        Append(hash, answerA);
        Append(hash, answerB);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>True when the first answer is stored as A: the smaller SHA-256 of the text, so that A says nothing about quality.</summary>
    public static bool StandsFirst(string first, string second) =>
        SHA256.HashData(Encoding.UTF8.GetBytes(first)).AsSpan().SequenceCompareTo(SHA256.HashData(Encoding.UTF8.GetBytes(second))) <= 0;

    private static void Append(IncrementalHash hash, string? text)
    {
        byte[] bytes = text is null ? [] : Encoding.UTF8.GetBytes(text);
        hash.AppendData(BitConverter.GetBytes(text is null ? -1 : bytes.Length));
        hash.AppendData(bytes);
    }
}

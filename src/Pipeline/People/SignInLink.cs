using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Alignment.Pipeline.People;

/// <summary>A link that an admin, or the program at its start, hands out: it works once and for a while. Only its hash is kept.</summary>
public sealed class SignInLink
{
    /// <summary>The database's key.</summary>
    public int Id { get; init; }

    /// <summary>SHA-256 of the token, hexadecimal.</summary>
    public required string TokenHash { get; init; }

    /// <summary>The roles that a new person gets, separated by commas; empty for a reset.</summary>
    public required string Roles { get; init; }

    /// <summary>Whose password it resets; null for an invitation.</summary>
    public string? PersonId { get; init; }

    /// <summary>When it was made (UTC).</summary>
    public required DateTime CreatedAt { get; init; }

    /// <summary>When it ends (UTC).</summary>
    public required DateTime ExpiresAt { get; init; }

    /// <summary>When it was used or withdrawn (UTC); null while it works.</summary>
    public DateTime? UsedAt { get; set; }

    /// <summary>A token that nobody guesses: 256 random bits.</summary>
    public static string NewToken() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    /// <summary>What is kept of a token.</summary>
    public static string Hash(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
}

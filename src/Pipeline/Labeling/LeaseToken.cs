using System.Globalization;

namespace Alignment.Pipeline.Labeling;

/// <summary>
/// What a submit shows to prove that the item was given to its sender: a version 7 UUID, so that the token itself says when
/// the item was given. It is only taken from the person whom the item was given to.
/// </summary>
internal static class LeaseToken
{
    private const int TimeDigits = 12;

    /// <summary>A new token, 32 hexadecimal digits.</summary>
    public static string Make(DateTime now) => Guid.CreateVersion7(now).ToString("N");

    /// <summary>When the item was given: milliseconds since 1970 (UTC).</summary>
    public static long GivenAt(string token) => long.Parse(token.AsSpan(0, TimeDigits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}

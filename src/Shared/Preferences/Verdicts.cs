using System.Globalization;

namespace Alignment.Shared.Preferences;

/// <summary>
/// The names of verdicts (contracts, section 2). A verdict on a pair is always about the stored answers A and B, never
/// about the sides of a screen.
/// </summary>
public static class Verdicts
{
    /// <summary>A is better; what an imported preference for A becomes.</summary>
    public const string ABetter = "2";

    /// <summary>Equally good.</summary>
    public const string Tie = "4";

    /// <summary>B is better; what an imported preference for B becomes.</summary>
    public const string BBetter = "6";

    /// <summary>Neither answer is good enough.</summary>
    public const string BothBad = "both_bad";

    /// <summary>The single answer is good.</summary>
    public const string Up = "up";

    /// <summary>The single answer is bad.</summary>
    public const string Down = "down";

    /// <summary>No opinion; takes no place of the overlap.</summary>
    public const string Skip = "skip";

    /// <summary>Something is wrong with the item; takes no place of the overlap.</summary>
    public const string Flag = "flag";

    /// <summary>Every verdict on a pair: 1 (A much better) over 4 (tie) to 7 (B much better), and the rest.</summary>
    public static IReadOnlyList<string> OfPairs { get; } = ["1", "2", "3", "4", "5", "6", "7", BothBad, Skip, Flag];

    /// <summary>Every verdict on a single answer.</summary>
    public static IReadOnlyList<string> OfSingles { get; } = [Up, Down, Skip, Flag];

    /// <summary>1 to 7 of a graded verdict on a pair, null of any other verdict.</summary>
    public static int? Grade(string? verdict) =>
        verdict is { Length: 1 } && verdict[0] is >= '1' and <= '7' ? int.Parse(verdict, CultureInfo.InvariantCulture) : null;

    /// <summary>True for a verdict that is an opinion: everything but skip and flag.</summary>
    public static bool Counts(string? verdict) => verdict is not (null or Skip or Flag);
}

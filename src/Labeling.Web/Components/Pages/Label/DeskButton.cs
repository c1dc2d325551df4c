using Alignment.Shared.Preferences;

namespace Alignment.Labeling.Web.Components.Pages.Label;

/// <summary>A button of the labeling page and its key; the key map lists the same ones.</summary>
/// <param name="Action">What the scripts call it; of a verdict its name, about the sides of the screen.</param>
/// <param name="Key">What is printed on the key.</param>
/// <param name="Says">The words where the answers stand side by side.</param>
public sealed record DeskButton(string Action, string Key, string Says)
{
    /// <summary>The words where they stand below each other; null when they are the same.</summary>
    public string? Narrow { get; init; }

    /// <summary>Instead of the words where there is little room; null without.</summary>
    public string? Sign { get; init; }

    /// <summary>Another key for the same; null without.</summary>
    public string? OtherKey { get; init; }

    /// <summary>What is said about two answers, from the first much better to the second.</summary>
    public static IReadOnlyList<DeskButton> OfPairs { get; } =
    [
        Side("1", "Left much better", "\u25B2\u25B2\u25B2"),
        Side("2", "Left better", "\u25B2\u25B2"),
        Side("3", "Left slightly better", "\u25B2"),
        new("4", "4", "Tie") { Sign = "=" },
        Side("5", "Right slightly better", "\u25BC"),
        Side("6", "Right better", "\u25BC\u25BC"),
        Side("7", "Right much better", "\u25BC\u25BC\u25BC"),
    ];

    /// <summary>What is said about one answer.</summary>
    public static IReadOnlyList<DeskButton> OfSingles { get; } =
    [
        new(Verdicts.Up, "\u2191", "Good answer") { OtherKey = "u" },
        new(Verdicts.Down, "\u2193", "Bad answer") { OtherKey = "d" },
    ];

    /// <summary>What else a key does with an item.</summary>
    public static IReadOnlyList<DeskButton> Others { get; } =
    [
        new(Verdicts.BothBad, "b", "Both bad"),
        new(Verdicts.Skip, "s", "Skip"),
        new(Verdicts.Flag, "f", "Flag"),
        new("comment", "c", "Comment"),
        new("undo", "z", "Undo"),
    ];

    /// <summary>How the page is looked at.</summary>
    public static IReadOnlyList<DeskButton> Tools { get; } =
    [
        new("raw", "r", "Raw text"),
        new("difference", "d", "Difference"),
        new("guidelines", "g", "Guidelines"),
        new("keys", "?", "Keys"),
    ];

    private static DeskButton Side(string key, string says, string sign) => new(key, key, says)
    {
        Narrow = says.Replace("Left", "Upper", StringComparison.Ordinal).Replace("Right", "Lower", StringComparison.Ordinal),
        Sign = sign,
    };
}

using System.Globalization;
using Alignment.Pipeline.Labeling;
using Alignment.Shared.Preferences;

namespace Alignment.Labeling.Web.Components.Pages.Mine;

/// <summary>Verdicts in words, about the sides that the person saw.</summary>
internal static class VerdictWords
{
    private const int Mirror = 8;

    private static readonly string[] Grades = ["Left much better", "Left better", "Left slightly better", "Tie", "Right slightly better", "Right better", "Right much better"];

    /// <summary>What can be said about a pair or a single answer, with its words; as stored for somebody who saw this order.</summary>
    public static IEnumerable<(string Verdict, string Words)> All(JudgmentKind kind, ShownOrder? order) =>
        (kind == JudgmentKind.Pair ? Sides(order).Concat(Verdicts.OfPairs.Where(verdict => Verdicts.Grade(verdict) is null)) : Verdicts.OfSingles).Select(verdict => (verdict, Of(verdict, order)));

    /// <summary>A stored verdict in words.</summary>
    public static string Of(string verdict, ShownOrder? order) => verdict switch
    {
        Verdicts.BothBad => "Both bad",
        Verdicts.Skip => "Skipped",
        Verdicts.Flag => "Flagged",
        Verdicts.Up => "Good answer",
        Verdicts.Down => "Bad answer",
        _ => Verdicts.Grade(verdict) is { } grade ? Grades[(order == ShownOrder.BA ? Mirror - grade : grade) - 1] : verdict,
    };

    // From left to right on the person's screen.
    private static IEnumerable<string> Sides(ShownOrder? order) =>
        Enumerable.Range(1, Grades.Length).Select(grade => (order == ShownOrder.BA ? Mirror - grade : grade).ToString(CultureInfo.InvariantCulture));
}

using System.Globalization;
using Alignment.Pipeline.Labeling;
using Alignment.Shared.Preferences;

namespace Alignment.Labeling.Web.Components.Pages.Projects;

/// <summary>Values as the pages about data write them.</summary>
internal static class Figures
{
    /// <summary>A number with thousands apart.</summary>
    public static string Count(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>A number and what it counts.</summary>
    public static string Count(long number, string one, string many) => $"{Count(number)} {(number == 1 ? one : many)}";

    /// <summary>A share in percent.</summary>
    public static string Percent(double share) => (100 * share).ToString("0.0", CultureInfo.InvariantCulture) + " %";

    /// <summary>A coefficient.</summary>
    public static string Coefficient(double value) => value.ToString("0.00", CultureInfo.InvariantCulture);

    /// <summary>A duration in seconds.</summary>
    public static string Seconds(double seconds) => seconds.ToString("0.0", CultureInfo.InvariantCulture) + " s";

    /// <summary>A time in UTC, to the minute.</summary>
    public static string Time(DateTime time) => time.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);

    /// <summary>A length in bytes.</summary>
    public static string Size(long bytes) => bytes switch
    {
        >= 1 << 30 => (bytes / (double)(1 << 30)).ToString("0.0", CultureInfo.InvariantCulture) + " GiB",
        >= 1 << 20 => (bytes / (double)(1 << 20)).ToString("0.0", CultureInfo.InvariantCulture) + " MiB",
        >= 1 << 10 => (bytes / (double)(1 << 10)).ToString("0.0", CultureInfo.InvariantCulture) + " KiB",
        _ => Count(bytes) + " bytes",
    };

    /// <summary>The beginning of a text on one line.</summary>
    public static string Short(string text, int length)
    {
        string line = string.Join(' ', text[..Math.Min(text.Length, 4 * length)].Split(default(char[]), StringSplitOptions.RemoveEmptyEntries));
        return line.Length <= length && text.Length <= 4 * length ? line : line[..Cut(line, Math.Min(length, line.Length))] + "\u2026";
    }

    /// <summary>Where a text of at most a length ends without tearing a character apart.</summary>
    public static int Cut(string text, int length) => length > 0 && length < text.Length && char.IsHighSurrogate(text[length - 1]) ? length - 1 : length;

    /// <summary>What a verdict says.</summary>
    public static string Verdict(string? verdict) => verdict switch
    {
        "1" => "A much better",
        Verdicts.ABetter => "A better",
        "3" => "A slightly better",
        Verdicts.Tie => "tie",
        "5" => "B slightly better",
        Verdicts.BBetter => "B better",
        "7" => "B much better",
        Verdicts.BothBad => "both bad",
        Verdicts.Up => "good",
        Verdicts.Down => "bad",
        Verdicts.Skip => "skipped",
        Verdicts.Flag => "flagged",
        _ => verdict ?? "",
    };

    /// <summary>An item's kind, at the beginning of a sentence.</summary>
    public static string Kind(string kind) => kind == "single" ? "Single answer" : char.ToUpperInvariant(kind[0]) + kind[1..];

    /// <summary>Items of a kind.</summary>
    public static string Kinds(string kind) => kind == "single" ? "single answers" : kind + "s";

    /// <summary>Those who made judgments of a kind.</summary>
    public static string Maker(string kind) => kind switch
    {
        "person" => "people",
        "import" => "imported files",
        "judge" => "judges",
        _ => kind,
    };

    /// <summary>In which order a pair was seen.</summary>
    public static string Order(string? order) => order switch
    {
        nameof(ShownOrder.AB) => "A left",
        nameof(ShownOrder.BA) => "B left",
        nameof(ShownOrder.Both) => "both orders",
        _ => "",
    };
}

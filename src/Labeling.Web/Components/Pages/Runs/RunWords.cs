using System.Globalization;
using Alignment.Shared.Runs;

namespace Alignment.Labeling.Web.Components.Pages.Runs;

/// <summary>Figures of runs in words.</summary>
internal static class RunWords
{
    /// <summary>A state: the word beside its colour.</summary>
    public static string Of(RunState state) => state.ToString().ToLowerInvariant();

    /// <summary>A trainer as people write it: DPO.</summary>
    public static string Trainer(string trainer) => trainer.ToUpperInvariant();

    /// <summary>Bytes in binary units.</summary>
    public static string Bytes(long bytes) => bytes switch
    {
        >= 1L << 30 => string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1L << 30):0.##} GiB"),
        >= 1L << 20 => string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1L << 20):0.#} MiB"),
        >= 1L << 10 => string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1L << 10):0.#} KiB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes} bytes"),
    };

    /// <summary>A duration with its two largest units.</summary>
    public static string Duration(TimeSpan time) => time switch
    {
        { TotalSeconds: < 1 } => "less than a second",
        { TotalMinutes: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalSeconds} s"),
        { TotalHours: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{time.Minutes} min {time.Seconds} s"),
        { TotalDays: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{time.Hours} h {time.Minutes} min"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalDays} d {time.Hours} h"),
    };

    /// <summary>A count with thousands apart.</summary>
    public static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>Parameters: 135 M.</summary>
    public static string Parameters(long count) => count switch
    {
        >= 1_000_000_000 => string.Create(CultureInfo.InvariantCulture, $"{count / 1e9:0.##} B"),
        >= 1_000_000 => string.Create(CultureInfo.InvariantCulture, $"{count / 1e6:0.#} M"),
        >= 1_000 => string.Create(CultureInfo.InvariantCulture, $"{count / 1e3:0.#} k"),
        _ => Count(count),
    };

    /// <summary>A measured number.</summary>
    public static string Number(double value) => Math.Abs(value) is >= 1e6 or (< 1e-3 and > 0)
        ? value.ToString("0.###e+0", CultureInfo.InvariantCulture)
        : value.ToString("0.####", CultureInfo.InvariantCulture);

    /// <summary>A metric's value; memory in its unit.</summary>
    public static string Metric(string name, double value) => name.EndsWith(MetricNames.MemoryBytes, StringComparison.Ordinal) ? Bytes((long)value) : Number(value);

    /// <summary>A moment (UTC).</summary>
    public static string Moment(DateTime time) => time.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);

    /// <summary>True for a name under models/ or snapshots/, which has a page, and false for a path.</summary>
    public static bool IsName(string name) => name.Length > 0 && name[0] != '.' && name == Path.GetFileName(name);
}

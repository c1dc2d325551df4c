using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Alignment.Pipeline.Cli;

/// <summary>Values as people write and read them.</summary>
internal static class Words
{
    /// <summary>A number with thousands apart.</summary>
    public static string Count(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>A time in UTC, to the minute.</summary>
    public static string Time(DateTime time) => time.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);

    /// <summary>Counts by name, as in "pairs: 3, prompts: 1".</summary>
    public static string Counts<T>(IEnumerable<KeyValuePair<string, T>> counts)
        where T : struct, IFormattable => string.Join(", ", counts.Select(count => $"{count.Key}: {count.Value.ToString("N0", CultureInfo.InvariantCulture)}"));

    /// <summary>The beginning of a text on one line.</summary>
    public static string Short(string text, int length)
    {
        string line = string.Join(' ', text.Split(default(char[]), StringSplitOptions.RemoveEmptyEntries));
        return line.Length <= length ? line : line[..(char.IsHighSurrogate(line[length - 2]) ? length - 2 : length - 1)] + "…";
    }

    /// <summary>An option whose value is one of an enum's names in lower case; the first one without it.</summary>
    public static Option<T> Choice<T>(string name, string description)
        where T : struct, Enum => new(name)
        {
            Description = $"{description}: {string.Join(", ", Names<T>())}.",
            HelpName = string.Join('|', Names<T>()),
            CustomParser = result => ParseChoice<T>(result, name) ?? default,
        };

    /// <summary>An option whose value is one of an enum's names in lower case; null without it.</summary>
    public static Option<T?> OptionalChoice<T>(string name, string description)
        where T : struct, Enum => new(name)
        {
            Description = $"{description}: {string.Join(", ", Names<T>())}.",
            HelpName = string.Join('|', Names<T>()),
            CustomParser = result => ParseChoice<T>(result, name),
        };

    /// <summary>A number written with a decimal point, whatever the culture.</summary>
    public static double Number(ArgumentResult result, string name)
    {
        if (double.TryParse(result.Tokens[0].Value, NumberStyles.Float, CultureInfo.InvariantCulture, out double number))
        {
            return number;
        }

        result.AddError($"{name} is '{result.Tokens[0].Value}', which is no number");
        return 0;
    }

    private static IEnumerable<string> Names<T>()
        where T : struct, Enum => Enum.GetNames<T>().Select(value => value.ToLowerInvariant());

    private static T? ParseChoice<T>(ArgumentResult result, string name)
        where T : struct, Enum
    {
        string given = result.Tokens[0].Value;
        if (Names<T>().Contains(given))
        {
            return Enum.Parse<T>(given, ignoreCase: true);
        }

        result.AddError($"{name} is '{given}'; it is one of {string.Join(", ", Names<T>())}");
        return null;
    }
}

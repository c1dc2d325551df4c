using System.Globalization;
using System.Text;

namespace Alignment.Tokenization.Jinja;

/// <summary>C's <c>strftime</c> in the C locale, with the flags - _ 0 ^ of the GNU library.</summary>
internal static class Strftime
{
    /// <summary>Formats a time.</summary>
    public static string Format(string format, DateTimeOffset time)
    {
        var output = new StringBuilder();
        for (int i = 0; i < format.Length; i++)
        {
            if (format[i] != '%' || i + 1 == format.Length)
            {
                output.Append(format[i]);
                continue;
            }

            int start = i++;
            char flag = format[i] is '-' or '_' or '0' or '^' && i + 1 < format.Length ? format[i++] : '\0';
            output.Append(Directive(format[i], time, flag) ?? format[start..(i + 1)]);
        }

        return output.ToString();
    }

    private static string? Directive(char directive, DateTimeOffset time, char flag)
    {
        (int Value, int Width, char Fill)? number = Number(directive, time);
        if (number is (int value, int width, char fill))
        {
            fill = flag switch { '_' => ' ', '0' => '0', _ => fill };
            string digits = value.ToString(CultureInfo.InvariantCulture);
            return flag == '-' ? digits : digits.PadLeft(width, fill);
        }

        string? text = directive switch
        {
            'a' => Name(time, "ddd"),
            'A' => Name(time, "dddd"),
            'b' or 'h' => Name(time, "MMM"),
            'B' => Name(time, "MMMM"),
            'p' => time.Hour < 12 ? "AM" : "PM",
            'P' => time.Hour < 12 ? "am" : "pm",
            'c' => Format("%a %b %e %H:%M:%S %Y", time),
            'D' or 'x' => Format("%m/%d/%y", time),
            'F' => Format("%Y-%m-%d", time),
            'T' or 'X' => Format("%H:%M:%S", time),
            'R' => Format("%H:%M", time),
            'r' => Format("%I:%M:%S %p", time),
            's' => time.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture),
            'f' when flag == '\0' => (time.Ticks % TimeSpan.TicksPerSecond / 10).ToString("000000", CultureInfo.InvariantCulture),
            'z' or 'Z' => "",
            'n' => "\n",
            't' => "\t",
            '%' => "%",
            _ => null,
        };
        return flag == '^' ? text?.ToUpperInvariant() : text;
    }

    private static (int Value, int Width, char Fill)? Number(char directive, DateTimeOffset time) => directive switch
    {
        'Y' => (time.Year, 1, '0'),
        'G' => (ISOWeek.GetYear(time.Date), 1, '0'),
        'C' => (time.Year / 100, 2, '0'),
        'y' => (time.Year % 100, 2, '0'),
        'g' => (ISOWeek.GetYear(time.Date) % 100, 2, '0'),
        'm' => (time.Month, 2, '0'),
        'd' => (time.Day, 2, '0'),
        'e' => (time.Day, 2, ' '),
        'H' => (time.Hour, 2, '0'),
        'k' => (time.Hour, 2, ' '),
        'I' => ((time.Hour + 11) % 12 + 1, 2, '0'),
        'l' => ((time.Hour + 11) % 12 + 1, 2, ' '),
        'M' => (time.Minute, 2, '0'),
        'S' => (time.Second, 2, '0'),
        'j' => (time.DayOfYear, 3, '0'),
        'u' => (((int)time.DayOfWeek + 6) % 7 + 1, 1, '0'),
        'w' => ((int)time.DayOfWeek, 1, '0'),
        'U' => ((time.DayOfYear + 6 - (int)time.DayOfWeek) / 7, 2, '0'),
        'W' => ((time.DayOfYear + 6 - ((int)time.DayOfWeek + 6) % 7) / 7, 2, '0'),
        'V' => (ISOWeek.GetWeekOfYear(time.Date), 2, '0'),
        _ => null,
    };

    private static string Name(DateTimeOffset time, string format) => time.ToString(format, CultureInfo.InvariantCulture);
}

using System.Globalization;
using System.Numerics;

namespace Alignment.Tokenization.Jinja;

/// <summary>Digits of numbers in the presentation types that <c>%</c> and <c>str.format</c> share.</summary>
internal static class NumberFormat
{
    private const int MaxPrecision = 10_000;

    /// <summary>A finite or infinite double by one of the types e E f F g G %; without its sign if it is negative.</summary>
    /// <param name="value">The number.</param>
    /// <param name="type">The presentation type.</param>
    /// <param name="precision">Digits after the point, significant ones for g; 6 if negative.</param>
    /// <param name="alternate">Keep the point and the zeros of g.</param>
    public static string Real(double value, char type, int precision, bool alternate)
    {
        int places = precision < 0 ? 6 : Guard(precision);
        double magnitude = Math.Abs(type == '%' ? value * 100 : value);
        if (!double.IsFinite(magnitude))
        {
            string word = double.IsNaN(magnitude) ? "nan" : "inf";
            return (char.IsAsciiLetterUpper(type) ? word.ToUpperInvariant() : word) + (type == '%' ? "%" : "");
        }

        string text = char.ToLowerInvariant(type) switch
        {
            'f' or '%' => ExactDecimal.Fixed(magnitude, places) + (alternate && places == 0 ? "." : ""),
            'e' => Exponential(magnitude, places, alternate),
            _ => General(magnitude, Math.Max(1, places), alternate),
        };
        return (char.IsAsciiLetterUpper(type) ? text.ToUpperInvariant() : text) + (type == '%' ? "%" : "");
    }

    /// <summary>The digits of a whole number's magnitude by one of the types d i u b o x X.</summary>
    public static string Whole(BigInteger value, char type)
    {
        BigInteger magnitude = BigInteger.Abs(value);
        return type switch
        {
            'b' => magnitude.ToString("B", CultureInfo.InvariantCulture).TrimStart('0').PadLeft(1, '0'),
            'o' => Octal(magnitude),
            'x' => magnitude.ToString("x", CultureInfo.InvariantCulture).TrimStart('0').PadLeft(1, '0'),
            'X' => magnitude.ToString("X", CultureInfo.InvariantCulture).TrimStart('0').PadLeft(1, '0'),
            _ => PythonNumbers.Print(magnitude),
        };
    }

    /// <summary>Puts a separator between groups of digits before the point.</summary>
    public static string Group(string digits, char separator, int size)
    {
        int end = digits.AsSpan().IndexOfAnyExcept("0123456789abcdefABCDEF");
        end = end < 0 ? digits.Length : end;
        if (digits.Contains('e', StringComparison.OrdinalIgnoreCase) && size == 3)
        {
            end = digits.AsSpan().IndexOfAnyExcept("0123456789");
        }

        string whole = digits[..end];
        for (int at = whole.Length - size; at > 0; at -= size)
        {
            whole = whole.Insert(at, separator.ToString());
        }

        return whole + digits[end..];
    }

    /// <summary>Refuses precisions that would only fill memory.</summary>
    public static int Guard(int precision) => precision <= MaxPrecision ? precision : throw JinjaException.Runtime("precision too big");

    /// <summary>The value as a double.</summary>
    public static double ToReal(object? value) => PythonNumbers.IsNumber(value)
        ? PythonNumbers.ToDouble(value!)
        : throw JinjaException.Runtime($"must be real number, not {PythonTypes.NameOf(value)}");

    private static string Exponential(double magnitude, int places, bool alternate)
    {
        (string digits, int exponent) = ExactDecimal.Scientific(magnitude, places);
        string point = digits.Length > 1 ? "." + digits[1..] : alternate ? "." : "";
        return digits[0] + point + Exponent(exponent);
    }

    private static string General(double magnitude, int significant, bool alternate)
    {
        (string digits, int exponent) = ExactDecimal.Scientific(magnitude, significant - 1);
        bool scientific = exponent < -4 || exponent >= significant;
        string text;
        if (scientific)
        {
            text = digits[0] + "." + digits[1..];
        }
        else
        {
            string padded = exponent < 0 ? new string('0', -exponent) + digits : digits;
            int point = Math.Max(0, exponent) + 1;
            text = padded[..point] + "." + padded[point..];
        }

        text = alternate ? text : text.TrimEnd('0').TrimEnd('.');
        return scientific ? text + Exponent(exponent) : text;
    }

    private static string Exponent(int exponent) =>
        string.Create(CultureInfo.InvariantCulture, $"e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}");

    private static string Octal(BigInteger value)
    {
        if (value.IsZero)
        {
            return "0";
        }

        var digits = new Stack<char>();
        for (; !value.IsZero; value >>= 3)
        {
            digits.Push((char)('0' + (int)(value & 7)));
        }

        return new string([.. digits]);
    }
}

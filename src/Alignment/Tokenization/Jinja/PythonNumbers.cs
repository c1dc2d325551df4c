using System.Globalization;
using System.Numerics;

namespace Alignment.Tokenization.Jinja;

/// <summary>Python's numbers: whole ones of any size (long while they fit), double, and bool as 0 and 1.</summary>
internal static class PythonNumbers
{
    private const int MaxBits = 200_000;
    private const int MaxPrintedDigits = 4300;

    public static bool IsNumber(object? value) => value is long or double or bool or BigInteger;

    public static bool IsWhole(object? value) => value is long or bool or BigInteger;

    /// <summary>A whole number as long where it fits.</summary>
    public static object Normal(BigInteger value) => value >= long.MinValue && value <= long.MaxValue ? (object)(long)value : value;

    public static BigInteger ToBig(object value) => value switch
    {
        bool flag => flag ? 1 : 0,
        long number => number,
        _ => (BigInteger)value,
    };

    /// <summary>A number as double.</summary>
    /// <exception cref="JinjaException">It is too large.</exception>
    public static double ToDouble(object value) => value switch
    {
        double number => number,
        bool flag => flag ? 1 : 0,
        long number => number,
        _ => Nearest((BigInteger)value) is var big && double.IsInfinity(big) ? throw JinjaException.Runtime("int too large to convert to float") : big,
    };

    /// <summary>The double nearest to a whole number; infinity beyond the range.</summary>
    public static double Nearest(BigInteger value)
    {
        BigInteger magnitude = BigInteger.Abs(value);
        int shift = (int)Math.Max(0, magnitude.GetBitLength() - 64);
        ulong top = (ulong)(magnitude >> shift);

        // The last of 64 bits holds whatever was cut off, so that rounding to 53 bits sees it.
        top |= (BigInteger)top << shift == magnitude ? 0u : 1u;
        double nearest = Math.ScaleB((double)top, shift);
        return value.Sign < 0 ? -nearest : nearest;
    }

    public static int Compare(object left, object right)
    {
        if (left is double or bool && right is double || right is double or bool && left is double)
        {
            return ToDouble(left).CompareTo(ToDouble(right)) is var order && (IsNaN(left) || IsNaN(right)) ? 1 : order;
        }

        if (left is double real)
        {
            return CompareReal(real, ToBig(right));
        }

        return right is double other ? -CompareReal(other, ToBig(left)) : ToBig(left).CompareTo(ToBig(right));
    }

    /// <summary>An integer literal with its prefix.</summary>
    public static object ParseLiteral(string text) => text.Length > 2 && text[0] == '0' && char.IsAsciiLetter(text[1])
        ? Normal(ParseDigits(text[2..], char.ToLowerInvariant(text[1]) switch { 'x' => 16, 'o' => 8, _ => 2 })!.Value)
        : Normal(BigInteger.Parse(text, CultureInfo.InvariantCulture));

    /// <summary>Python's <c>int(text, base)</c>; null where it fails.</summary>
    public static object? ParseInt(string text, int radix)
    {
        string digits = PythonText.Strip(text);
        bool negative = digits.StartsWith('-');
        digits = digits.Length > 0 && digits[0] is '-' or '+' ? digits[1..] : digits;
        int prefixed = digits.Length > 2 && digits[0] == '0' ? char.ToLowerInvariant(digits[1]) switch { 'x' => 16, 'o' => 8, 'b' => 2, _ => 0 } : 0;
        if (prefixed != 0 && (radix == prefixed || radix == 0))
        {
            digits = digits[2..].StartsWith('_') ? digits[3..] : digits[2..];
            radix = prefixed;
        }

        bool separated = digits.StartsWith('_') || digits.EndsWith('_') || digits.Contains("__", StringComparison.Ordinal);
        if (digits.Length == 0 || separated || digits.Length > MaxPrintedDigits || ParseDigits(digits.Replace("_", "", StringComparison.Ordinal), radix == 0 ? 10 : radix) is not BigInteger value)
        {
            return null;
        }

        return Normal(negative ? -value : value);
    }

    /// <summary>Python's <c>float(text)</c>; null where it fails.</summary>
    public static double? ParseFloat(string text)
    {
        string digits = PythonText.Strip(text);
        string word = digits.TrimStart('+', '-').ToLowerInvariant();
        if (word is "inf" or "infinity" or "nan" && digits.Length - word.Length <= 1)
        {
            return word == "nan" ? double.NaN : digits[0] == '-' ? double.NegativeInfinity : double.PositiveInfinity;
        }

        bool separated = digits.StartsWith('_') || digits.EndsWith('_') || digits.Contains("__", StringComparison.Ordinal);
        const NumberStyles Styles = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        return !separated && !word.StartsWith('n') && !word.StartsWith('i')
            && double.TryParse(digits.Replace("_", "", StringComparison.Ordinal), Styles, CultureInfo.InvariantCulture, out double value)
            ? value
            : null;
    }

    /// <summary>Python's <c>int(x)</c> of a number.</summary>
    public static object Truncate(double value) => double.IsFinite(value)
        ? Normal(new BigInteger(Math.Truncate(value)))
        : throw JinjaException.Runtime(double.IsNaN(value) ? "cannot convert float NaN to integer" : "cannot convert float infinity to integer");

    public static string Print(BigInteger value)
    {
        string text = BigInteger.Abs(value).GetBitLength() > 15_000 ? "" : value.ToString(CultureInfo.InvariantCulture);
        return text.Length is 0 or > MaxPrintedDigits + 1 ? throw JinjaException.Runtime("Exceeds the limit (4300 digits) for integer string conversion") : text;
    }

    /// <summary>The shortest text that reads back as the same double, in Python's form.</summary>
    public static string Print(double value)
    {
        if (!double.IsFinite(value))
        {
            return double.IsNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
        }

        string scientific = value.ToString("E16", CultureInfo.InvariantCulture);
        string shortest = value.ToString("R", CultureInfo.InvariantCulture);
        (string digits, int exponent) = Digits(shortest);
        string sign = scientific[0] == '-' ? "-" : "";
        if (exponent is >= -4 and < 16)
        {
            return sign + (exponent < 0 ? "0." + new string('0', -exponent - 1) + digits
                : digits.Length <= exponent + 1 ? digits.PadRight(exponent + 1, '0') + ".0"
                : digits[..(exponent + 1)] + "." + digits[(exponent + 1)..]);
        }

        string mantissa = digits.Length == 1 ? digits : digits[0] + "." + digits[1..];
        return string.Create(CultureInfo.InvariantCulture, $"{sign}{mantissa}e{(exponent < 0 ? "-" : "+")}{Math.Abs(exponent):00}");
    }

    /// <summary>Refuses numbers that a template could only want in order to fill memory.</summary>
    public static void GuardBits(double bits)
    {
        if (bits > MaxBits)
        {
            throw JinjaException.Runtime("the number is too large for a template");
        }
    }

    private static bool IsNaN(object value) => value is double number && double.IsNaN(number);

    private static int CompareReal(double real, BigInteger whole)
    {
        if (double.IsNaN(real))
        {
            return 1;
        }

        if (double.IsInfinity(real))
        {
            return real > 0 ? 1 : -1;
        }

        int order = new BigInteger(Math.Floor(real)).CompareTo(whole);
        return order != 0 ? order : Math.Floor(real) < real ? 1 : 0;
    }

    private static BigInteger? ParseDigits(string digits, int radix)
    {
        BigInteger value = 0;
        foreach (char c in digits)
        {
            int digit = char.IsAsciiDigit(c) ? c - '0' : char.IsAsciiLetter(c) ? char.ToLowerInvariant(c) - 'a' + 10 : char.IsDigit(c) ? (int)char.GetNumericValue(c) : 99;
            if (digit >= radix)
            {
                return null;
            }

            value = value * radix + digit;
        }

        return digits.Length == 0 ? null : value;
    }

    /// <summary>The significant digits of a printed number and the decimal exponent of the first one.</summary>
    private static (string Digits, int Exponent) Digits(string printed)
    {
        string text = printed.TrimStart('-');
        int e = text.IndexOf('E', StringComparison.Ordinal);
        int exponent = e < 0 ? 0 : int.Parse(text[(e + 1)..], CultureInfo.InvariantCulture);
        string mantissa = e < 0 ? text : text[..e];
        int point = mantissa.IndexOf('.', StringComparison.Ordinal);
        string whole = point < 0 ? mantissa : mantissa[..point];
        string digits = mantissa.Replace(".", "", StringComparison.Ordinal);
        string significant = digits.TrimStart('0');
        if (significant.Length == 0)
        {
            return ("0", 0);
        }

        int first = whole.Length - 1 - (digits.Length - significant.Length) + exponent;
        string trimmed = significant.TrimEnd('0');
        return (trimmed, first);
    }
}

using System.Globalization;
using System.Numerics;
using System.Text.RegularExpressions;

namespace Alignment.Tokenization.Jinja;

/// <summary>Python's format specifications: <c>[[fill]align][sign][#][0][width][grouping][.precision][type]</c>.</summary>
internal static partial class FormatSpec
{
    /// <summary>Formats a value.</summary>
    public static string Format(object? value, string spec, JinjaLimits limits)
    {
        if (spec.Length == 0)
        {
            return PythonPrint.Str(value);
        }

        Match match = Specification().Match(spec);
        if (!match.Success)
        {
            throw JinjaException.Runtime($"Invalid format specifier '{spec}' for object of type '{PythonTypes.NameOf(value)}'");
        }

        string type = match.Groups["type"].Value;
        int precision = match.Groups["precision"] is { Success: true } given ? NumberFormat.Guard(Number(given.Value)) : -1;
        if (value is string text)
        {
            return OfText(text, match, precision, limits);
        }

        if (!PythonNumbers.IsNumber(value))
        {
            throw JinjaException.Runtime($"unsupported format string passed to {PythonTypes.NameOf(value)}.__format__");
        }

        (bool negative, string digits) = Digits(value!, type, precision, match);
        string sign = negative ? "-" : match.Groups["sign"].Value.Trim('-');
        string prefix = match.Groups["alternate"].Success && type is ("x" or "X" or "o" or "b") ? "0" + type : "";
        return Align(sign + prefix, digits, match, limits, isNumber: true);
    }

    private static string OfText(string text, Match match, int precision, JinjaLimits limits)
    {
        if (match.Groups["type"].Value is not ("" or "s") || match.Groups["sign"].Success || match.Groups["alternate"].Success || match.Groups["grouping"].Success)
        {
            throw JinjaException.Runtime($"Unknown format code '{match.Groups["type"].Value}' for object of type 'str'");
        }

        string cut = precision < 0 ? text : text[..PythonText.Utf16Offset(text, precision)];
        return Align("", cut, match, limits, isNumber: false);
    }

    private static (bool Negative, string Digits) Digits(object value, string type, int precision, Match match)
    {
        string grouping = match.Groups["grouping"].Value;
        if (value is not double && type is ("" or "d" or "n" or "b" or "o" or "x" or "X" or "c"))
        {
            BigInteger whole = PythonNumbers.ToBig(value);
            if (precision >= 0)
            {
                throw JinjaException.Runtime("Precision not allowed in integer format specifier");
            }

            string digits = type == "c" ? Character(whole) : NumberFormat.Whole(whole, type.Length == 0 ? 'd' : type[0]);
            return (whole.Sign < 0, grouping.Length == 0 ? digits : NumberFormat.Group(digits, grouping[0], type is "b" or "o" or "x" or "X" ? 4 : 3));
        }

        if (type is not ("" or "e" or "E" or "f" or "F" or "g" or "G" or "n" or "%"))
        {
            throw JinjaException.Runtime($"Unknown format code '{type}' for object of type '{PythonTypes.NameOf(value)}'");
        }

        double real = PythonNumbers.ToDouble(value);
        bool alternate = match.Groups["alternate"].Success;
        string text = type.Length == 0
            ? (precision < 0 ? PythonNumbers.Print(Math.Abs(real)) : ShortGeneral(real, precision))
            : NumberFormat.Real(real, type == "n" ? 'g' : type[0], precision, alternate);
        return (double.IsNegative(real) && !double.IsNaN(real), grouping.Length == 0 ? text : NumberFormat.Group(text, grouping[0], 3));
    }

    private static string Character(BigInteger code) => code >= 0 && code <= 0x10FFFF && System.Text.Rune.IsValid((int)code)
        ? new System.Text.Rune((int)code).ToString()
        : throw JinjaException.Runtime("%c arg not in range(0x110000)");

    /// <summary>As g, but always with a digit behind the point, and scientific one digit earlier.</summary>
    private static string ShortGeneral(double real, int precision)
    {
        string text = NumberFormat.Real(real, 'g', precision, alternate: false);
        (_, int exponent) = ExactDecimal.Scientific(real, Math.Max(1, precision) - 1);
        return text.Contains('e', StringComparison.Ordinal) || text.Contains('.', StringComparison.Ordinal) || !double.IsFinite(real) ? text
            : exponent + 1 >= Math.Max(1, precision) ? ShortExponential(real, Math.Max(0, precision - 1))
            : text + ".0";
    }

    private static string ShortExponential(double real, int places)
    {
        string text = NumberFormat.Real(real, 'e', places, alternate: false);
        int e = text.IndexOf('e', StringComparison.Ordinal);
        string mantissa = text[..e];
        return (mantissa.Contains('.', StringComparison.Ordinal) ? mantissa.TrimEnd('0').TrimEnd('.') : mantissa) + text[e..];
    }

    private static string Align(string sign, string body, Match match, JinjaLimits limits, bool isNumber)
    {
        int width = match.Groups["width"] is { Success: true } given ? Number(given.Value) : 0;
        Arithmetic.Guarded(width, limits);
        bool zero = match.Groups["zero"].Success;
        string align = match.Groups["align"] is { Success: true } chosen ? chosen.Value : zero ? (isNumber ? "=" : "<") : isNumber ? ">" : "<";
        string fill = match.Groups["fill"] is { Success: true } character ? character.Value : zero ? "0" : " ";
        if (align == "=" && !isNumber)
        {
            throw JinjaException.Runtime("'=' alignment not allowed in string format specifier");
        }

        string grouping = match.Groups["grouping"].Value;
        while (isNumber && zero && align == "=" && grouping.Length > 0 && sign.Length + body.Length < width)
        {
            // Leading zeros are grouped too, so the number may become one longer than the width.
            string digits = "0" + body.Replace(grouping, "", StringComparison.Ordinal);
            body = NumberFormat.Group(digits, grouping[0], match.Groups["type"].Value is "b" or "o" or "x" or "X" ? 4 : 3);
        }

        int missing = Math.Max(0, width - PythonText.Length(sign + body));
        int left = align switch { "<" => 0, "^" => missing / 2, _ => missing };
        string before = string.Concat(Enumerable.Repeat(fill, left));
        string after = string.Concat(Enumerable.Repeat(fill, missing - left));
        return align == "=" ? sign + before + body : before + sign + body + after;
    }

    private static int Number(string digits) => int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
        ? number
        : throw JinjaException.Runtime("Too many decimal digits in format string");

    [GeneratedRegex(@"^(?:(?<fill>[\uD800-\uDBFF][\uDC00-\uDFFF]|[\s\S])(?=[<>=^]))?(?<align>[<>=^])?(?<sign>[-+ ])?(?<alternate>#)?(?<zero>0)?(?<width>[0-9]+)?(?<grouping>[,_])?(?:\.(?<precision>[0-9]+))?(?<type>[a-zA-Z%])?$")]
    private static partial Regex Specification();
}

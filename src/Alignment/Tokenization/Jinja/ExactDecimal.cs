using System.Globalization;
using System.Numerics;

namespace Alignment.Tokenization.Jinja;

/// <summary>Decimal digits of a double, rounded half to even on its exact value, as C's printf and Python's round do.</summary>
internal static class ExactDecimal
{
    private const int MaxPlaces = 1100;

    /// <summary>Digits with a fixed number of decimals, for a finite value; the sign of zero is kept.</summary>
    public static string Fixed(double value, int places)
    {
        int exact = Math.Min(places, MaxPlaces);
        string digits = Scaled(Math.Abs(value), exact).ToString(CultureInfo.InvariantCulture).PadLeft(exact + 1, '0');
        string text = exact == 0 ? digits : digits[..^exact] + "." + digits[^exact..];
        return (double.IsNegative(value) ? "-" : "") + text + (places > exact ? new string('0', places - exact) : "");
    }

    /// <summary>Digits in scientific form: one digit, <paramref name="places"/> decimals, and the exponent.</summary>
    public static (string Digits, int Exponent) Scientific(double value, int places)
    {
        double magnitude = Math.Abs(value);
        if (magnitude == 0)
        {
            return (new string('0', places + 1), 0);
        }

        int exponent = (int)Math.Floor(Math.Log10(magnitude));
        for (int guess = exponent - 1; ; guess++)
        {
            string digits = Scaled(magnitude, places - guess).ToString(CultureInfo.InvariantCulture);
            if (digits.Length == places + 1)
            {
                return (digits, guess);
            }
        }
    }

    /// <summary>Python's <c>round(value, places)</c>.</summary>
    public static double Round(double value, int places)
    {
        if (!double.IsFinite(value) || places > 340)
        {
            return value;
        }

        if (places < -340)
        {
            return Math.CopySign(0, value);
        }

        BigInteger scaled = Scaled(Math.Abs(value), places);
        string text = scaled.ToString(CultureInfo.InvariantCulture) + string.Create(CultureInfo.InvariantCulture, $"E{-places}");
        return Math.CopySign(double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture), value);
    }

    /// <summary>value · 10^places, rounded half to even.</summary>
    private static BigInteger Scaled(double value, int places)
    {
        long bits = BitConverter.DoubleToInt64Bits(value);
        int exponent = (int)((bits >> 52) & 0x7FF);
        BigInteger mantissa = bits & 0xFFFFFFFFFFFFF;
        mantissa = exponent == 0 ? mantissa : mantissa | (BigInteger.One << 52);
        int power = (exponent == 0 ? 1 : exponent) - 1075;
        BigInteger numerator = mantissa * (power > 0 ? BigInteger.One << power : 1) * (places > 0 ? BigInteger.Pow(10, places) : 1);
        BigInteger denominator = (power < 0 ? BigInteger.One << -power : 1) * (places < 0 ? BigInteger.Pow(10, -places) : 1);
        BigInteger quotient = BigInteger.DivRem(numerator, denominator, out BigInteger remainder);
        int half = (remainder * 2).CompareTo(denominator);
        return half > 0 || (half == 0 && !quotient.IsEven) ? quotient + 1 : quotient;
    }
}

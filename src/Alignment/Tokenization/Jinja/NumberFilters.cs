using System.Globalization;
using System.Numerics;

namespace Alignment.Tokenization.Jinja;

/// <summary>Filters that make numbers.</summary>
internal static class NumberFilters
{
    public static IReadOnlyDictionary<string, JinjaFilter> All { get; } = new Dictionary<string, JinjaFilter>
    {
        ["abs"] = Absolute,
        ["filesizeformat"] = FileSize,
        ["float"] = ToFloat,
        ["int"] = ToInt,
        ["round"] = Round,
    };

    private static object Absolute(Renderer renderer, object? value, CallArguments arguments)
    {
        arguments.Bind("abs", 0);
        return value switch
        {
            double number => Math.Abs(number),
            bool or long or BigInteger => PythonNumbers.Normal(BigInteger.Abs(PythonNumbers.ToBig(value))),
            Undefined undefined => throw undefined.Failure(),
            _ => throw JinjaException.Runtime($"bad operand type for abs(): '{PythonTypes.NameOf(value)}'"),
        };
    }

    private static object? ToInt(Renderer renderer, object? value, CallArguments arguments)
    {
        BoundArguments bound = arguments.Bind("int", 0, "default", "base");
        object? fallback = bound.Has(0) ? bound[0] : 0L;
        switch (value)
        {
            case Undefined undefined:
                throw undefined.Failure();
            case bool or long or BigInteger:
                return PythonNumbers.Normal(PythonNumbers.ToBig(value));
            case double number when double.IsNaN(number):
                return fallback;
            case double number:
                return PythonNumbers.Truncate(number);
            case string text:
                return PythonNumbers.ParseInt(text, bound.Int(1, 10))
                    ?? (PythonNumbers.ParseFloat(text) is double real && double.IsFinite(real) ? PythonNumbers.Truncate(real) : fallback);
            default:
                return fallback;
        }
    }

    private static object? ToFloat(Renderer renderer, object? value, CallArguments arguments)
    {
        BoundArguments bound = arguments.Bind("float", 0, "default");
        object? fallback = bound.Has(0) ? bound[0] : 0.0;
        return value switch
        {
            Undefined undefined => throw undefined.Failure(),
            bool or long or double or BigInteger => PythonNumbers.ToDouble(value),
            string text => PythonNumbers.ParseFloat(text) ?? fallback,
            _ => fallback,
        };
    }

    private static object Round(Renderer renderer, object? value, CallArguments arguments)
    {
        BoundArguments bound = arguments.Bind("round", 0, "precision", "method");
        int precision = bound.Int(0, 0);
        string method = bound.Text(1, "common");
        if (method is not ("common" or "ceil" or "floor"))
        {
            throw JinjaException.Runtime("method must be common, ceil or floor");
        }

        if (value is Undefined undefined)
        {
            throw undefined.Failure();
        }

        if (!PythonNumbers.IsNumber(value))
        {
            throw JinjaException.Runtime($"type {PythonTypes.NameOf(value)} doesn't define __round__ method");
        }

        if (method == "common")
        {
            return value is double number ? ExactDecimal.Round(number, precision) : RoundWhole(PythonNumbers.ToBig(value!), precision);
        }

        object scale = Arithmetic.Apply("**", 10L, (long)precision, renderer.Limits)!;
        object scaled = Arithmetic.Apply("*", value, scale, renderer.Limits)!;
        object whole = scaled is double real ? PythonNumbers.Truncate(method == "ceil" ? Math.Ceiling(real) : Math.Floor(real)) : scaled;
        return Arithmetic.Apply("/", whole, scale, renderer.Limits)!;
    }

    private static object RoundWhole(BigInteger value, int precision)
    {
        if (precision >= 0)
        {
            return PythonNumbers.Normal(value);
        }

        if (precision < -5000)
        {
            return 0L;
        }

        BigInteger unit = BigInteger.Pow(10, -precision);
        BigInteger quotient = BigInteger.DivRem(BigInteger.Abs(value), unit, out BigInteger remainder);
        int half = (remainder * 2).CompareTo(unit);
        quotient += half > 0 || (half == 0 && !quotient.IsEven) ? 1 : 0;
        return PythonNumbers.Normal(quotient * unit * (value.Sign < 0 ? -1 : 1));
    }

    private static string FileSize(Renderer renderer, object? value, CallArguments arguments)
    {
        bool binary = arguments.Bind("filesizeformat", 0, "binary").IsTrue(0);
        double bytes = value switch
        {
            Undefined undefined => throw undefined.Failure(),
            string text => PythonNumbers.ParseFloat(text) ?? throw JinjaException.Runtime($"could not convert string to float: {PythonPrint.Repr(text)}"),
            _ => NumberFormat.ToReal(value),
        };
        int unit = binary ? 1024 : 1000;
        if (bytes < unit)
        {
            return bytes == 1 ? "1 Byte" : string.Create(CultureInfo.InvariantCulture, $"{PythonPrint.Str(PythonNumbers.Truncate(bytes))} Bytes");
        }

        string prefixes = binary ? "KMGTPEZY" : "kMGTPEZY";
        int step = 0;
        while (step < prefixes.Length - 1 && bytes >= Math.Pow(unit, step + 2))
        {
            step++;
        }

        return $"{ExactDecimal.Fixed(unit * bytes / Math.Pow(unit, step + 2), 1)} {prefixes[step]}{(binary ? "i" : "")}B";
    }
}

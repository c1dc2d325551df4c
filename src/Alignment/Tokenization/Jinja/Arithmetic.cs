using System.Numerics;

namespace Alignment.Tokenization.Jinja;

/// <summary>The arithmetic operators of expressions.</summary>
internal static class Arithmetic
{
    /// <summary>Applies a binary operator.</summary>
    public static object? Apply(string symbol, object? left, object? right, JinjaLimits limits)
    {
        if (left is Undefined missing)
        {
            throw missing.Failure();
        }

        if (right is Undefined absent && !(symbol == "%" && left is string))
        {
            throw absent.Failure();
        }

        if (PythonNumbers.IsNumber(left) && PythonNumbers.IsNumber(right))
        {
            return left is double || right is double
                ? OfReals(symbol, left!, right!)
                : OfWholes(symbol, PythonNumbers.ToBig(left!), PythonNumbers.ToBig(right!));
        }

        return (symbol, left, right) switch
        {
            ("+", string a, string b) => Guarded(a.Length + (long)b.Length, limits) ? a + b : null,
            ("+", PythonList a, PythonList b) => new PythonList(Joined(a, b, limits)),
            ("+", PythonTuple a, PythonTuple b) => new PythonTuple(Joined(a, b, limits)),
            ("*", _, _) when Repeated(left, right, limits) is object repeated => repeated,
            ("%", string format, _) => PercentFormat.Format(format, right, limits),
            _ => throw Unsupported(symbol, left, right),
        };
    }

    /// <summary>The unary minus and plus.</summary>
    public static object Sign(object? value, bool negate) => value switch
    {
        Undefined undefined => throw undefined.Failure(),
        double number => negate ? -number : number,
        bool or long or BigInteger => PythonNumbers.Normal(negate ? -PythonNumbers.ToBig(value) : PythonNumbers.ToBig(value)),
        _ => throw JinjaException.Runtime($"bad operand type for unary {(negate ? '-' : '+')}: '{PythonTypes.NameOf(value)}'"),
    };

    private static object OfWholes(string symbol, BigInteger left, BigInteger right)
    {
        switch (symbol)
        {
            case "+":
                return PythonNumbers.Normal(left + right);
            case "-":
                return PythonNumbers.Normal(left - right);
            case "*":
                PythonNumbers.GuardBits(left.GetBitLength() + (double)right.GetBitLength());
                return PythonNumbers.Normal(left * right);
            case "**" when right.Sign < 0:
                return Power(PythonNumbers.ToDouble(left), PythonNumbers.ToDouble(right));
            case "**":
                PythonNumbers.GuardBits(BigInteger.Abs(left) <= 1 ? 0 : left.GetBitLength() * (double)right);
                return BigInteger.Abs(left) <= 1
                    ? (left.IsOne || right.IsZero ? 1L : left.IsZero ? 0L : right.IsEven ? 1L : -1L)
                    : PythonNumbers.Normal(BigInteger.Pow(left, (int)right));
        }

        if (right.IsZero)
        {
            throw JinjaException.Runtime(symbol == "/" ? "division by zero" : "integer division or modulo by zero");
        }

        if (symbol == "/")
        {
            return TrueDivide(left, right);
        }

        BigInteger quotient = BigInteger.DivRem(left, right, out BigInteger remainder);
        bool adjust = !remainder.IsZero && remainder.Sign != right.Sign;
        return PythonNumbers.Normal(symbol == "//" ? (adjust ? quotient - 1 : quotient) : (adjust ? remainder + right : remainder));
    }

    private static object OfReals(string symbol, object left, object right)
    {
        double a = PythonNumbers.ToDouble(left);
        double b = PythonNumbers.ToDouble(right);
        switch (symbol)
        {
            case "+":
                return a + b;
            case "-":
                return a - b;
            case "*":
                return a * b;
            case "**":
                return Power(a, b);
        }

        if (b == 0)
        {
            throw JinjaException.Runtime(symbol == "/" ? "division by zero" : "float floor division or modulo by zero");
        }

        if (symbol == "/")
        {
            return a / b;
        }

        double remainder = a % b;
        double quotient = (a - remainder) / b;
        if (remainder != 0 && remainder < 0 != b < 0)
        {
            remainder += b;
            quotient -= 1;
        }
        else if (remainder == 0)
        {
            remainder = Math.CopySign(0, b);
        }

        double floor = quotient == 0 ? Math.CopySign(0, a / b) : Math.Floor(quotient) is var f && quotient - f > 0.5 ? f + 1 : f;
        return symbol == "//" ? floor : remainder;
    }

    /// <summary>The correctly rounded quotient of two whole numbers.</summary>
    private static double TrueDivide(BigInteger left, BigInteger right)
    {
        const long Exact = 1L << 53;
        if (BigInteger.Abs(left) <= Exact && BigInteger.Abs(right) <= Exact)
        {
            return (double)left / (double)right;
        }

        // Scale so that the quotient has at least 66 bits; the last bit then holds whatever was cut off.
        int shift = (int)Math.Max(0, 66 + right.GetBitLength() - left.GetBitLength());
        BigInteger quotient = BigInteger.DivRem(BigInteger.Abs(left) << shift, BigInteger.Abs(right), out BigInteger remainder);
        quotient = remainder.IsZero ? quotient : quotient | 1;
        double value = Math.ScaleB(PythonNumbers.Nearest(quotient), -shift);
        if (double.IsInfinity(value))
        {
            throw JinjaException.Runtime("integer division result too large for a float");
        }

        return left.Sign * right.Sign < 0 ? -value : value;
    }

    private static double Power(double left, double right)
    {
        if (left == 0 && right < 0)
        {
            throw JinjaException.Runtime("0.0 cannot be raised to a negative power");
        }

        double value = Math.Pow(left, right);
        return double.IsNaN(value) && !double.IsNaN(left) && !double.IsNaN(right) ? throw JinjaException.Runtime("complex numbers are not supported")
            : double.IsInfinity(value) && double.IsFinite(left) && double.IsFinite(right) ? throw JinjaException.Runtime("Numerical result out of range")
            : value;
    }

    private static object? Repeated(object? left, object? right, JinjaLimits limits)
    {
        (object? value, object? times) = PythonNumbers.IsWhole(right) ? (left, right) : (right, left);
        if (!PythonNumbers.IsWhole(times))
        {
            return null;
        }

        if (times is BigInteger)
        {
            throw JinjaException.Runtime("cannot fit 'int' into an index-sized integer");
        }

        int count = Math.Max(0, PythonTypes.ToInt(times, "*"));
        switch (value)
        {
            case string text:
                Guarded(text.Length * (long)count, limits);
                return string.Concat(Enumerable.Repeat(text, text.Length == 0 ? 0 : count));
            case PythonList or PythonTuple:
                IReadOnlyList<object?> items = ((PythonSequence)value).Items;
                Guarded(items.Count * (long)count * 16, limits);
                object?[] all = [.. Enumerable.Repeat(items, items.Count == 0 ? 0 : count).SelectMany(i => i)];
                return value is PythonList ? new PythonList(all) : new PythonTuple(all);
            default:
                return null;
        }
    }

    private static object?[] Joined(PythonSequence left, PythonSequence right, JinjaLimits limits)
    {
        Guarded((left.Items.Count + (long)right.Items.Count) * 16, limits);
        return [.. left.Items, .. right.Items];
    }

    /// <summary>True, or an error when a value would be longer than allowed.</summary>
    internal static bool Guarded(long length, JinjaLimits limits) => length <= limits.MaxTextLength
        ? true
        : throw JinjaException.Runtime($"a value of the template would be longer than {limits.MaxTextLength} characters");

    private static JinjaException Unsupported(string symbol, object? left, object? right)
    {
        string a = PythonTypes.NameOf(left);
        string b = PythonTypes.NameOf(right);
        return JinjaException.Runtime((symbol, left) switch
        {
            ("+", string) => $"can only concatenate str (not \"{b}\") to str",
            ("+", PythonList or PythonTuple) => $"can only concatenate {a} (not \"{b}\") to {a}",
            ("*", string or PythonList or PythonTuple) => $"can't multiply sequence by non-int of type '{b}'",
            ("**", _) => $"unsupported operand type(s) for ** or pow(): '{a}' and '{b}'",
            _ => $"unsupported operand type(s) for {symbol}: '{a}' and '{b}'",
        });
    }
}

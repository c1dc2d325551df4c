using System.Numerics;

namespace Alignment.Tokenization.Jinja;

/// <summary>Python's slices of texts, lists, tuples and ranges.</summary>
internal static class Slices
{
    /// <summary><c>value[start:stop:step]</c>; null is a bound that is not given.</summary>
    public static object? Take(object? value, object? start, object? stop, object? step)
    {
        switch (value)
        {
            case Undefined undefined:
                throw undefined.Failure();
            case string text when PythonText.IsSimple(text) && Bounds(step, 1) == 1:
                List<int> range = [.. Indices(text.Length, start, stop, step, out int first, out int count)];
                return text.Substring(count == 0 ? 0 : first, range.Count);
            case string text:
                List<object?> characters = [.. PythonText.Characters(text)];
                return string.Concat(Indices(characters.Count, start, stop, step, out _, out _).Select(i => (string)characters[i]!));
            case PythonRange numbers:
                List<int> places = [.. Indices(numbers.Items.Count, start, stop, step, out int begin, out _)];
                long stride = numbers.Step * Bounds(step, 1);
                return new PythonRange(At(numbers, begin), At(numbers, RangeEnd(numbers.Items.Count, stop, step)), stride, places.Count);
            case PythonSequence sequence:
                object?[] items = [.. Indices(sequence.Items.Count, start, stop, step, out _, out _).Select(i => sequence.Items[i])];
                return sequence is PythonTuple ? new PythonTuple(items) : new PythonList(items);
            default:
                throw JinjaException.Runtime($"'{PythonTypes.NameOf(value)}' object cannot be sliced");
        }
    }

    private static IEnumerable<int> Indices(int length, object? start, object? stop, object? step, out int first, out int count)
    {
        int stride = Bounds(step, 1);
        if (stride == 0)
        {
            throw JinjaException.Runtime("slice step cannot be zero");
        }

        int low = stride > 0 ? 0 : -1;
        int high = stride > 0 ? length : length - 1;
        int from = Clamp(start, stride > 0 ? low : high);
        int to = Clamp(stop, stride > 0 ? high : low);
        long distance = stride > 0 ? (long)to - from : (long)from - to;
        first = from;
        count = distance <= 0 ? 0 : (int)((distance - 1) / Math.Abs((long)stride)) + 1;
        return Enumerable.Range(0, count).Select(i => (int)(from + (long)i * stride));

        int Clamp(object? bound, int fallback)
        {
            if (bound is null)
            {
                return fallback;
            }

            long at = Bounds(bound, 0);
            return (int)Math.Clamp(at < 0 ? at + length : at, low, high);
        }
    }

    private static long At(PythonRange range, long index) => range.Start + range.Step * index;

    /// <summary>The bound behind the last index of a slice, as <c>slice.indices</c> gives it.</summary>
    private static int RangeEnd(int length, object? stop, object? step)
    {
        int stride = Bounds(step, 1);
        if (stop is null)
        {
            return stride > 0 ? length : -1;
        }

        long at = Bounds(stop, 0);
        return (int)Math.Clamp(at < 0 ? at + length : at, stride > 0 ? 0 : -1, stride > 0 ? length : length - 1);
    }

    private static int Bounds(object? bound, int fallback) => bound switch
    {
        null => fallback,
        bool or long or BigInteger => PythonTypes.ToInt(bound, "slice"),
        Undefined undefined => throw undefined.Failure(),
        _ => throw JinjaException.Runtime("slice indices must be integers or None or have an __index__ method"),
    };
}

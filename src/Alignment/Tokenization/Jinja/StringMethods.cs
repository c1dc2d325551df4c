using System.Globalization;
using System.Text;

namespace Alignment.Tokenization.Jinja;

/// <summary>The methods of Python's str.</summary>
internal static class StringMethods
{
    private delegate object? Method(string text, CallArguments arguments, JinjaLimits limits);

    private static readonly Dictionary<string, Method> All = new()
    {
        ["upper"] = (text, arguments, _) => Plain(arguments, "upper", PythonCase.Upper(text)),
        ["lower"] = (text, arguments, _) => Plain(arguments, "lower", PythonCase.Lower(text)),
        ["casefold"] = (text, arguments, _) => Plain(arguments, "casefold", PythonCase.Fold(text)),
        ["title"] = (text, arguments, _) => Plain(arguments, "title", PythonCase.Title(text)),
        ["capitalize"] = (text, arguments, _) => Plain(arguments, "capitalize", PythonCase.Capitalize(text)),
        ["swapcase"] = (text, arguments, _) => Plain(arguments, "swapcase", PythonCase.Swap(text)),
        ["strip"] = (text, arguments, _) => PythonText.Strip(text, arguments.Bind("strip", 0, "chars").TextOrNull(0), start: true, end: true),
        ["lstrip"] = (text, arguments, _) => PythonText.Strip(text, arguments.Bind("lstrip", 0, "chars").TextOrNull(0), start: true, end: false),
        ["rstrip"] = (text, arguments, _) => PythonText.Strip(text, arguments.Bind("rstrip", 0, "chars").TextOrNull(0), start: false, end: true),
        ["split"] = (text, arguments, _) => Split(text, arguments.Bind("split", 0, "sep", "maxsplit"), fromEnd: false),
        ["rsplit"] = (text, arguments, _) => Split(text, arguments.Bind("rsplit", 0, "sep", "maxsplit"), fromEnd: true),
        ["splitlines"] = (text, arguments, _) => new PythonList([.. PythonText.SplitLines(text, arguments.Bind("splitlines", 0, "keepends").IsTrue(0))]),
        ["partition"] = (text, arguments, _) => Partition(text, arguments.Bind("partition", 1, "sep").Text(0, ""), fromEnd: false),
        ["rpartition"] = (text, arguments, _) => Partition(text, arguments.Bind("rpartition", 1, "sep").Text(0, ""), fromEnd: true),
        ["replace"] = Replace,
        ["join"] = Join,
        ["startswith"] = (text, arguments, _) => Affix(text, arguments.Bind("startswith", 1, "prefix", "start", "end"), (part, affix) => part.StartsWith(affix, StringComparison.Ordinal)),
        ["endswith"] = (text, arguments, _) => Affix(text, arguments.Bind("endswith", 1, "suffix", "start", "end"), (part, affix) => part.EndsWith(affix, StringComparison.Ordinal)),
        ["removeprefix"] = (text, arguments, _) => arguments.Bind("removeprefix", 1, "prefix").Text(0, "") is var prefix && text.StartsWith(prefix, StringComparison.Ordinal) ? text[prefix.Length..] : text,
        ["removesuffix"] = (text, arguments, _) => arguments.Bind("removesuffix", 1, "suffix").Text(0, "") is var suffix && text.EndsWith(suffix, StringComparison.Ordinal) ? text[..^suffix.Length] : text,
        ["find"] = (text, arguments, _) => Find(text, arguments.Bind("find", 1, "sub", "start", "end"), last: false),
        ["rfind"] = (text, arguments, _) => Find(text, arguments.Bind("rfind", 1, "sub", "start", "end"), last: true),
        ["index"] = (text, arguments, _) => Found(Find(text, arguments.Bind("index", 1, "sub", "start", "end"), last: false)),
        ["rindex"] = (text, arguments, _) => Found(Find(text, arguments.Bind("rindex", 1, "sub", "start", "end"), last: true)),
        ["count"] = (text, arguments, _) => Count(text, arguments.Bind("count", 1, "sub", "start", "end")),
        ["isdigit"] = (text, arguments, _) => Plain(arguments, "isdigit", IsAll(text, c => CharUnicodeInfo.GetDigitValue(c, 0) >= 0)),
        ["isdecimal"] = (text, arguments, _) => Plain(arguments, "isdecimal", IsAll(text, c => CharUnicodeInfo.GetUnicodeCategory(c, 0) == UnicodeCategory.DecimalDigitNumber)),
        ["isnumeric"] = (text, arguments, _) => Plain(arguments, "isnumeric", IsAll(text, c => CharUnicodeInfo.GetNumericValue(c, 0) >= 0)),
        ["isalpha"] = (text, arguments, _) => Plain(arguments, "isalpha", IsAll(text, IsLetter)),
        ["isalnum"] = (text, arguments, _) => Plain(arguments, "isalnum", IsAll(text, c => IsLetter(c) || CharUnicodeInfo.GetNumericValue(c, 0) >= 0)),
        ["isspace"] = (text, arguments, _) => Plain(arguments, "isspace", IsAll(text, c => PythonText.IsSpace(c[0]))),
        ["isascii"] = (text, arguments, _) => Plain(arguments, "isascii", text.All(char.IsAscii)),
        ["isprintable"] = (text, arguments, _) => Plain(arguments, "isprintable", text.Length == 0 || IsAll(text, c => c == " " || PythonPrint.IsPrintable(CharUnicodeInfo.GetUnicodeCategory(c, 0)))),
        ["isidentifier"] = (text, arguments, _) => Plain(arguments, "isidentifier", text.Length > 0 && (IsLetter(text) || text[0] == '_' || CharUnicodeInfo.GetUnicodeCategory(text, 0) == UnicodeCategory.LetterNumber) && IsAll(text, c => c == "_" || char.IsLetterOrDigit(c, 0) || CharUnicodeInfo.GetUnicodeCategory(c, 0) == UnicodeCategory.LetterNumber)),
        ["isupper"] = (text, arguments, _) => Plain(arguments, "isupper", IsCase(text, PythonCase.Upper)),
        ["islower"] = (text, arguments, _) => Plain(arguments, "islower", IsCase(text, PythonCase.Lower)),
        ["istitle"] = (text, arguments, _) => Plain(arguments, "istitle", IsCase(text, PythonCase.Title)),
        ["center"] = (text, arguments, limits) => Pad(text, arguments.Bind("center", 1, "width", "fillchar"), limits, 0.5),
        ["ljust"] = (text, arguments, limits) => Pad(text, arguments.Bind("ljust", 1, "width", "fillchar"), limits, 0),
        ["rjust"] = (text, arguments, limits) => Pad(text, arguments.Bind("rjust", 1, "width", "fillchar"), limits, 1),
        ["zfill"] = ZeroFill,
        ["expandtabs"] = ExpandTabs,
        ["format"] = (text, arguments, limits) => FormatMethod.Format(text, arguments, limits),
        ["format_map"] = (text, arguments, limits) => FormatMethod.Format(text, AsNamed(arguments.Bind("format_map", 1, "mapping")[0]), limits),
    };

    /// <summary>The method bound to a text.</summary>
    public static bool TryGet(string text, string name, out object? method)
    {
        bool found = All.TryGetValue(name, out Method? call);
        method = found ? new PythonFunction(name, (renderer, arguments) => call!(text, arguments, renderer.Limits)) : null;
        return found;
    }

    /// <summary>Python's <c>str.center</c>: the odd blank goes left when the width is odd too.</summary>
    public static string Center(string text, int width, string fill, JinjaLimits limits) => Pad(text, width, fill, limits, 0.5);

    /// <summary>Python's <c>text.replace(old, new, count)</c>; a negative count replaces all.</summary>
    public static string Replace(string text, string old, string replacement, int count, JinjaLimits limits)
    {
        var output = new StringBuilder();
        int done = 0;
        int at = 0;
        while (count < 0 || done < count)
        {
            int next = old.Length > 0 ? text.IndexOf(old, at, StringComparison.Ordinal) : done == 0 ? 0 : at >= text.Length ? -1 : at + (char.IsSurrogatePair(text, at) ? 2 : 1);
            if (next < 0)
            {
                break;
            }

            output.Append(text, at, next - at).Append(replacement);
            Arithmetic.Guarded(output.Length, limits);
            at = next + old.Length;
            done++;
        }

        return output.Append(text, at, text.Length - at).ToString();
    }

    private static object? Plain(CallArguments arguments, string name, object? value)
    {
        arguments.Bind(name, 0);
        return value;
    }

    private static string Replace(string text, CallArguments arguments, JinjaLimits limits)
    {
        BoundArguments bound = arguments.Bind("replace", 2, "old", "new", "count");
        return Replace(text, bound.Text(0, ""), bound.Text(1, ""), bound.Int(2, -1), limits);
    }

    private static string Join(string text, CallArguments arguments, JinjaLimits limits)
    {
        var output = new StringBuilder();
        int index = 0;
        foreach (object? item in PythonTypes.Iterate(arguments.Bind("join", 1, "iterable")[0]))
        {
            output.Append(index++ == 0 ? "" : text);
            output.Append(item as string ?? throw JinjaException.Runtime($"sequence item {index - 1}: expected str instance, {PythonTypes.NameOf(item)} found"));
            Arithmetic.Guarded(output.Length, limits);
        }

        return output.ToString();
    }

    private static PythonList Split(string text, BoundArguments bound, bool fromEnd)
    {
        string? separator = bound.TextOrNull(0);
        int limit = bound.Int(1, -1);
        if (separator is null)
        {
            return new PythonList(PythonText.SplitSpace(text, limit, fromEnd));
        }

        if (separator.Length == 0)
        {
            throw JinjaException.Runtime("empty separator");
        }

        if (limit < 0 || !fromEnd)
        {
            return new PythonList([.. limit < 0 ? text.Split(separator) : text.Split(separator, limit == int.MaxValue ? limit : limit + 1)]);
        }

        var parts = new List<object?>();
        string rest = text;
        for (int at; parts.Count < limit && (at = rest.LastIndexOf(separator, StringComparison.Ordinal)) >= 0; rest = rest[..at])
        {
            parts.Add(rest[(at + separator.Length)..]);
        }

        parts.Add(rest);
        parts.Reverse();
        return new PythonList(parts);
    }

    private static PythonTuple Partition(string text, string separator, bool fromEnd)
    {
        if (separator.Length == 0)
        {
            throw JinjaException.Runtime("empty separator");
        }

        int at = fromEnd ? text.LastIndexOf(separator, StringComparison.Ordinal) : text.IndexOf(separator, StringComparison.Ordinal);
        return at >= 0 ? new PythonTuple([text[..at], separator, text[(at + separator.Length)..]])
            : fromEnd ? new PythonTuple(["", "", text])
            : new PythonTuple([text, "", ""]);
    }

    private static object Affix(string text, BoundArguments bound, Func<string, string, bool> matches)
    {
        (string part, _) = Part(text, bound);
        return bound[0] switch
        {
            string affix => matches(part, affix),
            PythonTuple tuple => tuple.Items.Any(i => matches(part, i as string ?? throw WrongAffix(i))),
            _ => throw WrongAffix(bound[0]),
        };
    }

    private static JinjaException WrongAffix(object? value) => value is Undefined undefined ? undefined.Failure()
        : JinjaException.Runtime($"first arg must be str or a tuple of str, not {PythonTypes.NameOf(value)}");

    private static long Find(string text, BoundArguments bound, bool last)
    {
        string wanted = bound.Text(0, "");
        (string part, int start) = Part(text, bound);
        int at = last ? part.LastIndexOf(wanted, StringComparison.Ordinal) : part.IndexOf(wanted, StringComparison.Ordinal);
        return at < 0 || start > PythonText.Length(text) ? -1 : start + PythonText.CodePointOffset(part, at);
    }

    private static object Found(long at) => at >= 0 ? at : throw JinjaException.Runtime("substring not found");

    private static object Count(string text, BoundArguments bound)
    {
        string wanted = bound.Text(0, "");
        (string part, _) = Part(text, bound);
        if (wanted.Length == 0)
        {
            return PythonText.Length(part) + 1L;
        }

        long count = 0;
        for (int at = part.IndexOf(wanted, StringComparison.Ordinal); at >= 0; at = part.IndexOf(wanted, at + wanted.Length, StringComparison.Ordinal))
        {
            count++;
        }

        return count;
    }

    /// <summary>The part between the second and third argument, and where it starts.</summary>
    private static (string Part, int Start) Part(string text, BoundArguments bound)
    {
        int length = PythonText.Length(text);
        int start = bound[1] is null ? 0 : bound.Int(1, 0);
        start = start < 0 ? Math.Max(0, start + length) : start;
        return ((string)Slices.Take(text, bound[1], bound[2], null)!, start);
    }

    private static bool IsAll(string text, Func<string, bool> matches) => text.Length > 0 && PythonText.Characters(text).All(c => matches((string)c!));

    private static bool IsLetter(string c) => char.IsLetter(c, 0);

    /// <summary>True for a text that has cased characters, all of them as the mapping makes them.</summary>
    public static bool IsCase(string text, Func<string, string> map) => map(text) == text && PythonText.Characters(text).Any(c => PythonCase.IsCased((string)c!));

    private static string Pad(string text, BoundArguments bound, JinjaLimits limits, double left)
    {
        string fill = bound.Text(1, " ");
        return PythonText.Length(fill) == 1
            ? Pad(text, bound.Int(0, 0), fill, limits, left)
            : throw JinjaException.Runtime("The fill character must be exactly one character long");
    }

    private static string Pad(string text, int width, string fill, JinjaLimits limits, double left)
    {
        int missing = Math.Max(0, width - PythonText.Length(text));
        Arithmetic.Guarded(missing, limits);
        int before = left == 0.5 ? missing / 2 + (missing & width & 1) : left > 0 ? missing : 0;
        return string.Concat(Enumerable.Repeat(fill, before)) + text + string.Concat(Enumerable.Repeat(fill, missing - before));
    }

    private static string ZeroFill(string text, CallArguments arguments, JinjaLimits limits)
    {
        int width = arguments.Bind("zfill", 1, "width").Int(0, 0);
        int missing = Math.Max(0, width - PythonText.Length(text));
        Arithmetic.Guarded(missing, limits);
        int sign = text.Length > 0 && text[0] is '-' or '+' ? 1 : 0;
        return text[..sign] + new string('0', missing) + text[sign..];
    }

    private static string ExpandTabs(string text, CallArguments arguments, JinjaLimits limits)
    {
        int size = arguments.Bind("expandtabs", 0, "tabsize").Int(0, 8);
        var output = new StringBuilder();
        int column = 0;
        foreach (char c in text)
        {
            int blanks = c == '\t' ? (size > 0 ? size - column % size : 0) : -1;
            Arithmetic.Guarded(output.Length + (long)Math.Max(0, blanks), limits);
            output.Append(blanks >= 0 ? new string(' ', blanks) : c.ToString());
            column = c is '\n' or '\r' ? 0 : column + (blanks >= 0 ? blanks : char.IsLowSurrogate(c) ? 0 : 1);
        }

        return output.ToString();
    }

    private static CallArguments AsNamed(object? mapping) => mapping is PythonDict dict
        ? new CallArguments([], [.. dict.Items.Where(i => i.Items[0] is string).Select(i => ((string)i.Items[0]!, i.Items[1]))])
        : throw JinjaException.Runtime($"format_map() argument must be a mapping, not {PythonTypes.NameOf(mapping)}");
}

using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Alignment.Tokenization.Jinja;

/// <summary>Filters that make texts.</summary>
internal static partial class TextFilters
{
    public static IReadOnlyDictionary<string, JinjaFilter> All { get; } = new Dictionary<string, JinjaFilter>
    {
        ["capitalize"] = (_, value, arguments) => Plain(arguments, "capitalize", PythonCase.Capitalize(PythonPrint.Str(value))),
        ["center"] = (renderer, value, arguments) => StringMethods.Center(PythonPrint.Str(value), arguments.Bind("center", 0, "width").Int(0, 80), " ", renderer.Limits),
        ["e"] = Escape,
        ["escape"] = Escape,
        ["forceescape"] = Escape,
        ["format"] = Format,
        ["indent"] = Indent,
        ["lower"] = (_, value, arguments) => Plain(arguments, "lower", PythonCase.Lower(PythonPrint.Str(value))),
        ["pprint"] = Pretty,
        ["replace"] = Replace,
        ["safe"] = (_, value, arguments) => Plain(arguments, "safe", PythonPrint.Str(value)),
        ["string"] = (_, value, arguments) => Plain(arguments, "string", PythonPrint.Str(value)),
        ["striptags"] = (_, value, arguments) => Plain(arguments, "striptags", StripTags(PythonPrint.Str(value))),
        ["title"] = (_, value, arguments) => Plain(arguments, "title", Title(PythonPrint.Str(value))),
        ["tojson"] = (renderer, value, arguments) => PythonJson.Filter(value, arguments, renderer.Limits),
        ["trim"] = (_, value, arguments) => PythonText.Strip(PythonPrint.Str(value), arguments.Bind("trim", 0, "chars").TextOrNull(0), start: true, end: true),
        ["truncate"] = Truncate,
        ["upper"] = (_, value, arguments) => Plain(arguments, "upper", PythonCase.Upper(PythonPrint.Str(value))),
        ["urlencode"] = (_, value, arguments) => Plain(arguments, "urlencode", UrlEncode(value)),
        ["urlize"] = (_, _, _) => throw JinjaException.Runtime("the filter 'urlize' is not supported in chat templates"),
        ["wordcount"] = (_, value, arguments) => Plain(arguments, "wordcount", (long)Word().Count(PythonPrint.Str(value))),
        ["wordwrap"] = WordWrap.Filter,
        ["xmlattr"] = XmlAttributes,
    };

    private static object? Plain(CallArguments arguments, string name, object? value)
    {
        arguments.Bind(name, 0);
        return value;
    }

    private static string RequireText(object? value) => value switch
    {
        string text => text,
        Undefined undefined => throw undefined.Failure(),
        _ => throw JinjaException.Runtime($"a text is required, not {PythonTypes.NameOf(value)}"),
    };

    private static string Escape(Renderer renderer, object? value, CallArguments arguments)
    {
        arguments.Bind("escape", 0);
        return Escaped(PythonPrint.Str(value));
    }

    private static string Escaped(string text) => text
        .Replace("&", "&amp;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal)
        .Replace("'", "&#39;", StringComparison.Ordinal).Replace("\"", "&#34;", StringComparison.Ordinal);

    private static string Format(Renderer renderer, object? value, CallArguments arguments)
    {
        if (arguments.Positional.Count > 0 && arguments.Named.Count > 0)
        {
            throw JinjaException.Runtime("can't handle positional and keyword arguments at the same time");
        }

        var named = new PythonDict();
        foreach ((string name, object? item) in arguments.Named)
        {
            named.Put(name, item);
        }

        return PercentFormat.Format(PythonPrint.Str(value), named.Count > 0 ? named : new PythonTuple(arguments.Positional), renderer.Limits);
    }

    private static string Indent(Renderer renderer, object? value, CallArguments arguments)
    {
        BoundArguments bound = arguments.Bind("indent", 0, "width", "first", "blank");
        string blanks = bound[0] as string ?? new string(' ', Math.Clamp(bound.Int(0, 4), 0, 10_000));
        List<string> lines = PythonText.SplitLines(RequireText(value) + "\n");
        var output = new StringBuilder();
        for (int i = 0; i < lines.Count; i++)
        {
            bool indented = i == 0 ? bound.IsTrue(1) : lines[i].Length > 0 || bound.IsTrue(2);
            output.Append(i == 0 ? "" : "\n").Append(indented ? blanks : "").Append(lines[i]);
            Arithmetic.Guarded(output.Length, renderer.Limits);
        }

        return output.ToString();
    }

    private static string Replace(Renderer renderer, object? value, CallArguments arguments)
    {
        BoundArguments bound = arguments.Bind("replace", 2, "old", "new", "count");
        return StringMethods.Replace(PythonPrint.Str(value), PythonPrint.Str(bound[0]), PythonPrint.Str(bound[1]), bound[2] is null ? -1 : bound.Int(2, -1), renderer.Limits);
    }

    private static string Title(string text) => string.Concat(TitleWord().Split(text).Where(part => part.Length > 0).Select(part =>
    {
        int first = char.IsSurrogatePair(part, 0) ? 2 : 1;
        return PythonCase.Upper(part[..first]) + PythonCase.Lower(part[first..]);
    }));

    private static object? Truncate(Renderer renderer, object? value, CallArguments arguments)
    {
        BoundArguments bound = arguments.Bind("truncate", 0, "length", "killwords", "end", "leeway");
        int length = bound.Int(0, 255);
        string end = bound.Text(2, "...");
        int leeway = bound[3] is null ? 5 : bound.Int(3, 5);
        if (length < PythonText.Length(end) || leeway < 0)
        {
            throw JinjaException.Runtime(leeway < 0 ? $"expected leeway >= 0, got {leeway}" : $"expected length >= {PythonText.Length(end)}, got {length}");
        }

        int actual = PythonTypes.LengthOf(value) ?? throw JinjaException.Runtime($"object of type '{PythonTypes.NameOf(value)}' has no len()");
        if (actual <= length + (long)leeway)
        {
            return value;
        }

        string text = RequireText(value);
        string cut = text[..PythonText.Utf16Offset(text, length - PythonText.Length(end))];
        int space = bound.IsTrue(1) ? -1 : cut.LastIndexOf(' ');
        return (space < 0 ? cut : cut[..space]) + end;
    }

    private static string StripTags(string text)
    {
        string plain = Tag().Replace(Comment().Replace(text, ""), "");
        return System.Net.WebUtility.HtmlDecode(string.Join(' ', PythonText.SplitSpace(plain, -1, fromEnd: false).Cast<string>()));
    }

    private static string UrlEncode(object? value) => value switch
    {
        PythonDict dict => string.Join('&', dict.Items.Select(Pair)),
        not string when PythonTypes.TryIterate(value) is IEnumerable<object?> items => string.Join('&', items.Select(i =>
            PythonTypes.Iterate(i).ToList() is { Count: 2 } pair ? Pair(new PythonTuple(pair)) : throw JinjaException.Runtime("urlencode needs pairs"))),
        _ => Quote(PythonPrint.Str(value), isQuery: false),
    };

    private static string Pair(PythonTuple item) => $"{Quote(PythonPrint.Str(item.Items[0]), isQuery: true)}={Quote(PythonPrint.Str(item.Items[1]), isQuery: true)}";

    private static string Quote(string text, bool isQuery)
    {
        var output = new StringBuilder();
        foreach (byte b in Encoding.UTF8.GetBytes(text))
        {
            char c = (char)b;
            _ = char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '-' or '~' || (c == '/' && !isQuery) ? output.Append(c)
                : c == ' ' && isQuery ? output.Append('+')
                : output.Append(CultureInfo.InvariantCulture, $"%{b:X2}");
        }

        return output.ToString();
    }

    private static string XmlAttributes(Renderer renderer, object? value, CallArguments arguments)
    {
        bool space = arguments.Bind("xmlattr", 0, "autospace").IsTrue(0, fallback: true);
        var parts = new List<string>();
        foreach (PythonTuple item in value is PythonDict dict ? dict.Items : throw JinjaException.Runtime("xmlattr needs a dict"))
        {
            string name = RequireText(item.Items[0]);
            if (item.Items[1] is null or Undefined)
            {
                continue;
            }

            if (name.AsSpan().IndexOfAny(" \t\n\r\f\v/>=") >= 0)
            {
                throw JinjaException.Runtime($"Invalid character in attribute name: {PythonPrint.Repr(name)}");
            }

            parts.Add($"{Escaped(name)}=\"{Escaped(PythonPrint.Str(item.Items[1]))}\"");
        }

        return (space && parts.Count > 0 ? " " : "") + string.Join(' ', parts);
    }

    private static string Pretty(Renderer renderer, object? value, CallArguments arguments)
    {
        string text = PythonPrint.Repr(Sorted(value));
        return text.Length <= 80 ? text : throw JinjaException.Runtime("the filter 'pprint' is supported for values that fit on one line only");
    }

    private static object? Sorted(object? value)
    {
        switch (value)
        {
            case PythonList list:
                return new PythonList([.. list.Items.Select(Sorted)]);
            case PythonTuple tuple:
                return new PythonTuple([.. tuple.Items.Select(Sorted)]);
            case PythonDict dict:
                var sorted = new PythonDict();
                foreach (PythonTuple item in PythonCompare.Sort(dict.Items, i => i.Items[0], reverse: false))
                {
                    sorted.Put(item.Items[0], Sorted(item.Items[1]));
                }

                return sorted;
            default:
                return value;
        }
    }

    [GeneratedRegex(@"\w+")]
    private static partial Regex Word();

    [GeneratedRegex(@"([-\s({\[<]+)")]
    private static partial Regex TitleWord();

    [GeneratedRegex("<!--.*?-->", RegexOptions.Singleline)]
    private static partial Regex Comment();

    [GeneratedRegex("<.*?>", RegexOptions.Singleline)]
    private static partial Regex Tag();
}

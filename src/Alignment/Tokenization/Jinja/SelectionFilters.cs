namespace Alignment.Tokenization.Jinja;

/// <summary>The filters map, select, reject, selectattr and rejectattr; like Python's generators they work when their items are taken.</summary>
internal static class SelectionFilters
{
    public static IReadOnlyDictionary<string, JinjaFilter> All { get; } = new Dictionary<string, JinjaFilter>
    {
        ["map"] = Map,
        ["select"] = (renderer, value, arguments) => Select(renderer, value, arguments, byAttribute: false, keeps: true),
        ["reject"] = (renderer, value, arguments) => Select(renderer, value, arguments, byAttribute: false, keeps: false),
        ["selectattr"] = (renderer, value, arguments) => Select(renderer, value, arguments, byAttribute: true, keeps: true),
        ["rejectattr"] = (renderer, value, arguments) => Select(renderer, value, arguments, byAttribute: true, keeps: false),
    };

    private static PythonIterator Map(Renderer renderer, object? value, CallArguments arguments) => new(MapItems(renderer, value, arguments));

    private static IEnumerable<object?> MapItems(Renderer renderer, object? value, CallArguments arguments)
    {
        if (!PythonTypes.IsTrue(value))
        {
            yield break;
        }

        Func<object?, object?> map = Mapper(renderer, arguments);
        foreach (object? item in renderer.Iterate(value))
        {
            yield return map(item);
        }
    }

    private static Func<object?, object?> Mapper(Renderer renderer, CallArguments arguments)
    {
        if (arguments.Positional.Count == 0 && arguments.Named.Any(n => n.Name == "attribute"))
        {
            BoundArguments bound = arguments.Bind("map", 0, "attribute", "default");
            return item => Members.Follow(item, bound[0], bound[1]);
        }

        string name = arguments.Positional.Count > 0
            ? PythonPrint.Str(arguments.Positional[0])
            : throw JinjaException.Runtime("map requires a filter argument");
        CallArguments rest = arguments.Skip(1);
        return item => JinjaFilters.Apply(renderer, name, item, rest);
    }

    private static PythonIterator Select(Renderer renderer, object? value, CallArguments arguments, bool byAttribute, bool keeps) =>
        new(SelectItems(renderer, value, arguments, byAttribute, keeps));

    private static IEnumerable<object?> SelectItems(Renderer renderer, object? value, CallArguments arguments, bool byAttribute, bool keeps)
    {
        if (!PythonTypes.IsTrue(value))
        {
            yield break;
        }

        if (byAttribute && arguments.Positional.Count == 0)
        {
            throw JinjaException.Runtime("Missing parameter for attribute name");
        }

        object? attribute = byAttribute ? arguments.Positional[0] : null;
        CallArguments rest = byAttribute ? arguments.Skip(1) : arguments;
        foreach (object? item in renderer.Iterate(value))
        {
            object? tested = byAttribute ? Members.Follow(item, attribute) : item;
            bool passes = rest.Positional.Count == 0
                ? PythonTypes.IsTrue(tested)
                : JinjaTests.Apply(renderer, PythonPrint.Str(rest.Positional[0]), tested, rest.Skip(1));
            if (passes == keeps)
            {
                yield return item;
            }
        }
    }
}

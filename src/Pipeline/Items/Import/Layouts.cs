using Alignment.Pipeline.Items.Import.Formats;

namespace Alignment.Pipeline.Items.Import;

/// <summary>Which layout a row has, by its keys.</summary>
internal static class Layouts
{
    private static readonly IRowFormat[] Formats = [new PreferenceFormat(), new CandidatesFormat(), new SingleFormat(), new DemonstrationFormat(), new TextFormat()];
    private static readonly IRowFormat PromptAlone = new PromptFormat();
    private static readonly HashSet<string> ContentKeys = [.. Formats.Append(PromptAlone).SelectMany(format => format.Keys)];

    /// <summary>Keys that change what a row means and that no layout reads; with what to do instead.</summary>
    public static IReadOnlyDictionary<string, string> NotSupported { get; } = new Dictionary<string, string>
    {
        ["tools"] = "tool calls are not supported",
        ["images"] = "only text is supported",
        ["image"] = "only text is supported",
        ["videos"] = "only text is supported",
        ["audio"] = "only text is supported",
        ["labels"] = "labels of single steps are not supported; one 'label' of an answer is",
        ["question"] = "name it 'prompt'",
        ["instruction"] = "put instruction and input together as 'prompt'",
        ["input"] = "put instruction and input together as 'prompt'",
        ["output"] = "name it 'completion', or write the conversation as 'messages'",
        ["conversations"] = "name it 'messages', with role and content in each turn",
    };

    /// <summary>The layout of a row.</summary>
    /// <exception cref="RowError">No layout, or more than one, has these keys.</exception>
    public static IRowFormat Of(RowFields row)
    {
        if (row.Keys.FirstOrDefault(NotSupported.ContainsKey) is { } unsupported)
        {
            throw new RowError(RowErrorCodes.NotSupported, $"the key '{unsupported}' is not read: {NotSupported[unsupported]}");
        }

        IRowFormat[] claims = [.. Formats.Where(format => format.Claims(row)).DefaultIfEmpty(PromptAlone).Where(format => format.Claims(row))];
        string[] content = [.. row.Keys.Where(ContentKeys.Contains)];
        return claims switch
        {
            [] => throw new RowError(RowErrorCodes.UnknownLayout, $"no layout has the keys {Names(row.Keys)}"),
            [IRowFormat one] when content.All(one.Keys.Contains) => one,
            [IRowFormat one] => throw new RowError(RowErrorCodes.AmbiguousKeys, $"{one.Name} cannot have the keys {Names(content.Where(key => !one.Keys.Contains(key)))}"),
            _ => throw new RowError(RowErrorCodes.AmbiguousKeys, $"the keys {Names(content)} fit more than one layout: {string.Join(", ", claims.Select(claim => claim.Name))}"),
        };
    }

    /// <summary>The row's keys that carry content of no layout, or more than a layout reads: kept with the item's provenance.</summary>
    public static IEnumerable<string> Extra(RowFields row) =>
        row.Keys.Where(key => (!ContentKeys.Contains(key) && key != "source") || CandidatesFormat.SaysMore(key, row.Get(key)));

    private static string Names(IEnumerable<string> keys)
    {
        string[] names = [.. keys.Take(11)];
        return names.Length == 0 ? "(none)" : string.Join(", ", names.Take(10)) + (names.Length > 10 ? " …" : "");
    }
}

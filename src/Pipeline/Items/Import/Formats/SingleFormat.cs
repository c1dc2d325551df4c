using System.Text.Json;
using Alignment.Shared.Preferences;

namespace Alignment.Pipeline.Items.Import.Formats;

/// <summary>
/// <c>prompt</c> and one answer (<c>completion</c>, <c>response</c> or <c>answer</c>), or <c>messages</c> that end in it,
/// with or without a <c>label</c> (true is good).
/// </summary>
internal sealed class SingleFormat : IRowFormat
{
    private static readonly string[] Names = ["completion", "response", "answer"];

    public string Name => "single answers";

    public IReadOnlySet<string> Keys { get; } = new HashSet<string>(["prompt", "system", "label", "messages", .. Names]);

    public bool Claims(RowFields row) => row.Has("label") || Names.Any(row.Has);

    public IEnumerable<ItemDraft> Read(RowFields row, PairRule pairs, ICollection<string> notes)
    {
        string[] given = [.. Names.Append("messages").Where(row.Has)];
        bool? label = row.Has("label") ? Label(row.Get("label")) : null;
        if (given.Length != 1 || (given[0] == "messages" && row.Has("prompt")))
        {
            throw given.Length == 0
                ? new RowError(RowErrorCodes.Missing, "there is a 'label' but no 'completion' that it is about")
                : new RowError(RowErrorCodes.AmbiguousKeys, $"the keys {string.Join(", ", given.Prepend("prompt").Where(row.Has))} say twice what the answer is");
        }

        if (given[0] == "messages")
        {
            (IReadOnlyList<Message> before, string last) = Turns.Last(row.Side("messages"));
            yield return ItemDraft.Single(row.WithSystem(before), last, label);
            yield break;
        }

        IReadOnlyList<Message> prompt = Turns.Prompt(row.Side("prompt"));
        yield return ItemDraft.Single(row.WithSystem(prompt), Turns.Answer(row.Side(given[0]), prompt), label);
    }

    private static bool Label(JsonElement label) => label.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw new RowError(RowErrorCodes.BadLabel, $"'label' is {RowFields.Describe(label)}; it is true or false"),
    };
}

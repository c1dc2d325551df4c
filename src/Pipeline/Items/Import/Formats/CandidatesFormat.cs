using System.Text.Json;
using Alignment.Shared.Preferences;

namespace Alignment.Pipeline.Items.Import.Formats;

/// <summary><c>prompt</c> and a list of answers, nobody's preference: <c>answers</c>, <c>completions</c>, <c>responses</c> or <c>candidates</c>.</summary>
internal sealed class CandidatesFormat : IRowFormat
{
    private static readonly string[] Lists = ["answers", "completions", "responses", "candidates"];
    private static readonly string[] Calls = ["tool_calls", "function_call"];

    public string Name => "a prompt with candidate answers";

    public IReadOnlySet<string> Keys { get; } = new HashSet<string>(["prompt", "system", .. Lists]);

    public bool Claims(RowFields row) => Lists.Any(row.Has);

    /// <summary>True for a list of candidates that say more than their text, such as a model or a score: it is kept as it stands.</summary>
    public static bool SaysMore(string key, JsonElement list) => Lists.Contains(key) && list.ValueKind == JsonValueKind.Array
        && list.EnumerateArray().Any(one => one.ValueKind == JsonValueKind.Object && one.EnumerateObject().Any(property => property.Name is not ("role" or "content" or "text")));

    public IEnumerable<ItemDraft> Read(RowFields row, PairRule pairs, ICollection<string> notes)
    {
        string[] given = [.. Lists.Where(row.Has)];
        if (given.Length > 1)
        {
            throw new RowError(RowErrorCodes.AmbiguousKeys, $"the keys {string.Join(", ", given)} are names of the same list");
        }

        IReadOnlyList<Message> prompt = row.Prompt();
        string[] answers = Answers(row.Get(given[0]), given[0], prompt);
        string[] distinct = [.. answers.Distinct(StringComparer.Ordinal)];
        if (distinct.Length < answers.Length)
        {
            notes.Add(ImportNotes.RepeatedAnswer);
        }

        if (pairs == PairRule.None || distinct.Length == 1)
        {
            return distinct.Select(answer => ItemDraft.Single(prompt, answer, null));
        }

        if (pairs == PairRule.Disjoint && distinct.Length % 2 == 1)
        {
            notes.Add(ImportNotes.AnswerWithoutPartner);
        }

        return Pairs(distinct, pairs).Select(pair => ItemDraft.Unlabeled(prompt, pair.One, pair.Other));
    }

    private static IEnumerable<(string One, string Other)> Pairs(string[] answers, PairRule pairs) => pairs == PairRule.All
        ? answers.SelectMany((one, i) => answers.Skip(i + 1).Select(other => (one, other)))
        : answers.Chunk(2).Where(pair => pair.Length == 2).Select(pair => (pair[0], pair[1]));

    private static string[] Answers(JsonElement list, string key, IReadOnlyList<Message> prompt)
    {
        if (list.ValueKind != JsonValueKind.Array)
        {
            throw new RowError(RowErrorCodes.NoText, $"'{key}' is {RowFields.Describe(list)}, not a list of answers");
        }

        string[] answers = [.. list.EnumerateArray().Select((value, index) => Answer(value, FormattableString.Invariant($"'{key}', answer {index + 1}"), prompt))];
        return answers.Length > 0 ? answers : throw new RowError(RowErrorCodes.EmptyText, $"'{key}' has no answers");
    }

    private static string Answer(JsonElement value, string where, IReadOnlyList<Message> prompt)
    {
        if (value.ValueKind == JsonValueKind.Object)
        {
            if (value.TryGetProperty("role", out JsonElement role) && !(role.ValueKind == JsonValueKind.String && role.ValueEquals(Roles.Assistant)))
            {
                throw new RowError(RowErrorCodes.BadTurn, $"{where} has a role that is not assistant");
            }

            if (Array.Find(Calls, call => value.TryGetProperty(call, out JsonElement made) && made.ValueKind != JsonValueKind.Null) is { } key)
            {
                throw new RowError(RowErrorCodes.NotSupported, $"{where} has the key '{key}': tool calls are not supported");
            }

            string[] texts = [.. new[] { "content", "text" }.Where(key => value.TryGetProperty(key, out _))];
            return texts.Length == 1
                ? RowFields.RequireText(value.GetProperty(texts[0]), $"{where}: {texts[0]}")
                : throw new RowError(RowErrorCodes.Missing, $"{where} has no text: an answer is a text, a turn, or an object with 'text'");
        }

        return Turns.Answer(Turns.Side(value, where), prompt);
    }
}

using System.Text.Json;

using Alignment.Shared;
using Alignment.Shared.Preferences;

namespace Alignment.Data;

/// <summary>
/// Rows of a snapshot or of a bare jsonl file, by their keys: <c>prompt, chosen, rejected</c>; <c>prompt, completion</c>;
/// <c>messages</c>; <c>text</c>. Values are lists of role and content, or plain text. Other keys are ignored.
/// </summary>
public static class RowReader
{
    /// <summary>The pairs of a file, in file order.</summary>
    /// <exception cref="UserError">a line that is no pair; names file and line</exception>
    public static IEnumerable<PairRow> Pairs(string path) =>
        Lines(path).Select(line => new PairRow(
            line.Number, line.Id, line.Passage("prompt"), line.Passage("chosen"), line.Passage("rejected")));

    /// <summary>The rows of supervised fine-tuning of a file, in file order; of a pair its chosen answer.</summary>
    /// <exception cref="UserError">a line of no known form; names file and line</exception>
    public static IEnumerable<ExampleRow> Examples(string path) => Lines(path).Select(Example);

    private static ExampleRow Example(RowLine line)
    {
        if (line.Has("text"))
        {
            return new ExampleRow(line.Number, line.Id, null, line.Passage("text"));
        }

        if (line.Has("messages"))
        {
            return Demonstration(line);
        }

        return new ExampleRow(line.Number, line.Id, line.Passage("prompt"), line.Passage(line.Has("chosen") ? "chosen" : "completion"));
    }

    private static ExampleRow Demonstration(RowLine line)
    {
        IReadOnlyList<Message> turns = line.Passage("messages").Turns
            ?? throw line.Error("messages must be a list of role and content");
        int last = turns.Count - 1;
        while (last >= 0 && turns[last].Role != Roles.Assistant)
        {
            last--;
        }

        return last < 0
            ? throw line.Error("messages have no assistant turn to learn")
            : new ExampleRow(line.Number, line.Id, Passage.Of(turns.Take(last).ToArray()), Passage.Of([turns[last]]));
    }

    private static IEnumerable<RowLine> Lines(string path)
    {
        int number = 0;
        foreach (string text in File.ReadLines(path))
        {
            number++;
            if (text.Length > 0)
            {
                yield return RowLine.Parse(path, number, text);
            }
        }
    }

    private sealed record RowLine(string Path, int Number, string Id, JsonElement Row)
    {
        public static RowLine Parse(string path, int number, string text)
        {
            JsonElement row;
            try
            {
                row = JsonSerializer.Deserialize<JsonElement>(text);
            }
            catch (JsonException e)
            {
                throw new UserError($"{path}:{number}: the line is no JSON object: {e.Message}", ExitCodes.Usage, e);
            }

            if (row.ValueKind != JsonValueKind.Object)
            {
                throw new UserError($"{path}:{number}: the line is no JSON object");
            }

            string id = row.TryGetProperty("id", out JsonElement value) && value.ValueKind == JsonValueKind.String
                ? value.GetString()! : FormattableString.Invariant($"line-{number}");
            return new RowLine(path, number, id, row);
        }

        public bool Has(string key) => Row.TryGetProperty(key, out _);

        public Passage Passage(string key)
        {
            if (!Row.TryGetProperty(key, out JsonElement value))
            {
                throw Error($"the key '{key}' is missing; known forms are prompt+chosen+rejected, prompt+completion, messages, text");
            }

            return value.ValueKind switch
            {
                JsonValueKind.String => Data.Passage.Of(Text(value, key)),
                JsonValueKind.Array => Data.Passage.Of(value.EnumerateArray().Select(turn => Turn(turn, key)).ToArray()),
                _ => throw Error($"'{key}' must be text or a list of turns, not {value.ValueKind}"),
            };
        }

        public UserError Error(string what) => new($"{Path}:{Number}: {what}");

        private Message Turn(JsonElement turn, string key) =>
            turn.ValueKind == JsonValueKind.Object
            && turn.TryGetProperty("role", out JsonElement role) && role.ValueKind == JsonValueKind.String
            && turn.TryGetProperty("content", out JsonElement content) && content.ValueKind == JsonValueKind.String
                ? new Message(Text(role, key), Text(content, key))
                : throw Error($"a turn of '{key}' is no object with the texts role and content");

        private string Text(JsonElement value, string key)
        {
            try
            {
                return value.GetString()!;
            }
            catch (InvalidOperationException e)
            {
                throw new UserError($"{Path}:{Number}: '{key}' holds invalid Unicode: {e.Message}", ExitCodes.Usage, e);
            }
        }
    }
}

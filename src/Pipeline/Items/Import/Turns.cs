using System.Text.Json;
using Alignment.Shared.Preferences;

namespace Alignment.Pipeline.Items.Import;

/// <summary>One side of a row: a text, or turns.</summary>
/// <param name="Where">Its key, for messages.</param>
/// <param name="Text">The text; null for turns.</param>
/// <param name="Messages">The turns; empty for a text.</param>
internal sealed record Side(string Where, string? Text, IReadOnlyList<Message> Messages)
{
    /// <summary>True for one assistant turn alone: an answer, not a conversation.</summary>
    public bool IsReply => Messages is [{ Role: Roles.Assistant }];
}

/// <summary>Turns out of JSON, and what counts as a conversation.</summary>
internal static class Turns
{
    /// <summary>A text, a transcript or a list of turns.</summary>
    /// <param name="value">The JSON value.</param>
    /// <param name="where">Its key, for messages.</param>
    /// <param name="isPrompt">True where a transcript may end in an open <c>Assistant:</c>, which is then no turn.</param>
    public static Side Side(JsonElement value, string where, bool isPrompt = false)
    {
        if (value.ValueKind == JsonValueKind.Array)
        {
            return new(where, null, List(value, where));
        }

        string text = RowFields.RequireText(value, where);
        return Transcript.Parse(text) switch
        {
            null => new(where, text, []),
            [.., { Role: Roles.Assistant, Content: "" }] turns when isPrompt => new(where, null, Check([.. turns.SkipLast(1)], where)),
            { } turns => new(where, null, Check(turns, where)),
        };
    }

    /// <summary>A list of turns with role and content.</summary>
    public static IReadOnlyList<Message> List(JsonElement value, string where)
    {
        if (value.ValueKind != JsonValueKind.Array)
        {
            throw new RowError(RowErrorCodes.NoText, $"{where} is {RowFields.Describe(value)}, not a list of turns");
        }

        return Check([.. value.EnumerateArray().Select((turn, index) => Turn(turn, FormattableString.Invariant($"{where}, turn {index + 1}")))], where);
    }

    /// <summary>A prompt: a text is one user turn.</summary>
    public static IReadOnlyList<Message> Prompt(Side side) => side.Text is { } text ? [new Message(Roles.User, text)] : RequireTurn(side.Messages, side.Where);

    /// <summary>The answer to a prompt: a text, one assistant turn, or a conversation that begins with the prompt and ends in the answer.</summary>
    public static string Answer(Side side, IReadOnlyList<Message> prompt)
    {
        if (side.Text is { } text)
        {
            return text;
        }

        if (side.IsReply)
        {
            return side.Messages[0].Content;
        }

        (IReadOnlyList<Message> before, string answer) = Last(side);
        return before.SequenceEqual(prompt) ? answer : throw new RowError(RowErrorCodes.PromptDiffers, $"{side.Where} does not begin with the turns of 'prompt', or goes on after one answer");
    }

    /// <summary>A conversation as prompt and last assistant turn.</summary>
    public static (IReadOnlyList<Message> Prompt, string Answer) Last(Side side) => side.Messages is [.., { Role: Roles.Assistant } last]
        ? (RequireTurn([.. side.Messages.SkipLast(1)], side.Where), last.Content)
        : throw new RowError(RowErrorCodes.BadTurn, $"{side.Where} does not end in an assistant turn");

    private static IReadOnlyList<Message> RequireTurn(IReadOnlyList<Message> prompt, string where) => prompt.Any(turn => turn.Role != Roles.System)
        ? prompt
        : throw new RowError(RowErrorCodes.Missing, $"{where} has no turn before the answer");

    private static Message Turn(JsonElement turn, string where)
    {
        if (turn.ValueKind != JsonValueKind.Object)
        {
            throw new RowError(RowErrorCodes.BadTurn, $"{where} is {RowFields.Describe(turn)}, not an object with role and content");
        }

        foreach (JsonProperty property in turn.EnumerateObject())
        {
            if (property.Name is not ("role" or "content") && property.Value.ValueKind != JsonValueKind.Null)
            {
                throw new RowError(RowErrorCodes.NotSupported, $"{where} has the key '{property.Name}'; only role and content are read");
            }
        }

        string role = turn.TryGetProperty("role", out JsonElement name) ? RowFields.RequireText(name, $"{where}: role") : throw new RowError(RowErrorCodes.Missing, $"{where} has no role");
        if (role is not (Roles.System or Roles.User or Roles.Assistant))
        {
            throw new RowError(RowErrorCodes.BadTurn, $"{where} has a role that is none of system, user, assistant");
        }

        JsonElement content = turn.TryGetProperty("content", out JsonElement value) ? value : throw new RowError(RowErrorCodes.Missing, $"{where} has no content");
        return new(role, role == Roles.System && content.ValueKind == JsonValueKind.String ? content.GetString()! : RowFields.RequireText(content, $"{where}: content"));
    }

    private static IReadOnlyList<Message> Check(IReadOnlyList<Message> turns, string where)
    {
        if (turns.Count == 0)
        {
            throw new RowError(RowErrorCodes.EmptyText, $"{where} has no turns");
        }

        for (int i = 0; i < turns.Count; i++)
        {
            if (turns[i].Role == Roles.System && i > 0)
            {
                throw new RowError(RowErrorCodes.BadTurn, FormattableString.Invariant($"{where} has a system message at turn {i + 1}; it may only stand first"));
            }

            if (turns[i].Role != Roles.System && string.IsNullOrWhiteSpace(turns[i].Content))
            {
                throw new RowError(RowErrorCodes.EmptyText, FormattableString.Invariant($"{where}, turn {i + 1} of {turns.Count} is empty"));
            }
        }

        return turns;
    }
}

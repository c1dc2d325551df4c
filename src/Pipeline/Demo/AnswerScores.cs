using System.Text.Json;
using Alignment.Shared;
using Alignment.Shared.Preferences;
using Alignment.Shared.Rules;

namespace Alignment.Pipeline.Demo;

/// <summary>What a rule says about a file of answers.</summary>
/// <param name="Rule">The rule's name.</param>
/// <param name="Answers">How many answers were scored.</param>
/// <param name="Accepted">How many of them the rule accepts.</param>
/// <param name="AcceptedShare">Their share.</param>
/// <param name="MeanScore">The mean score.</param>
/// <param name="Requirements">The share of answers that have what the rule asks for, by the requirement's name.</param>
/// <param name="Distinct2">Different pairs of neighbouring words over all of them.</param>
internal sealed record AnswerScores(
    string Rule, int Answers, int Accepted, double AcceptedShare, double MeanScore, IReadOnlyDictionary<string, double> Requirements, double Distinct2)
{
    private static readonly string[] OneAnswer = ["completion", "answer", "response"];
    private static readonly string[] SeveralAnswers = ["answers", "completions", "responses", "candidates"];

    /// <summary>
    /// Scores a file with one JSON object per line: <c>prompt</c> with <c>completion</c> (or answer, response; a text or one
    /// assistant turn) or with a list <c>answers</c> (or completions, responses, candidates); or <c>messages</c> that end in
    /// the answer.
    /// </summary>
    /// <exception cref="UserError">A row has another form; it is named by file and line.</exception>
    public static AnswerScores Of(IEnumerable<string> lines, string file, IRule rule)
    {
        List<(IReadOnlyList<Message> Conversation, string Answer)> answers = [.. lines.Index()
            .Where(line => line.Item.Length > 0)
            .SelectMany(line => Read(line.Item, FormattableString.Invariant($"{file}:{line.Index + 1}")))];
        if (answers.Count == 0)
        {
            throw new UserError($"{file} holds no answers");
        }

        int accepted = answers.Count(a => rule.Accepts(a.Conversation, a.Answer));
        return new AnswerScores(
            rule.Name, answers.Count, accepted, (double)accepted / answers.Count, answers.Average(a => rule.Score(a.Conversation, a.Answer)),
            rule.Requirements.ToDictionary(r => r.Name, r => (double)answers.Count(a => r.Holds(a.Conversation, a.Answer)) / answers.Count),
            Variety.Distinct2(answers.Select(a => a.Answer)));
    }

    private static List<(IReadOnlyList<Message> Conversation, string Answer)> Read(string line, string where)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            JsonElement row = document.RootElement;
            if (row.TryGetProperty("messages", out JsonElement messages))
            {
                List<Message> turns = Turns(messages, where);
                return [(turns[..^1], Answer(turns, where))];
            }

            List<Message> prompt = row.TryGetProperty("prompt", out JsonElement given) ? Turns(given, where) : throw Unknown(where);
            string? single = Array.Find(OneAnswer, key => row.TryGetProperty(key, out _));
            if (single is not null)
            {
                return [(prompt, Answer(row.GetProperty(single), where))];
            }

            string several = Array.Find(SeveralAnswers, key => row.TryGetProperty(key, out _)) ?? throw Unknown(where);
            return [.. row.GetProperty(several).EnumerateArray().Select(a => ((IReadOnlyList<Message>)prompt, Answer(a, where)))];
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new UserError($"{where}: {e.Message}", ExitCodes.Usage, e);
        }
    }

    private static string Answer(JsonElement value, string where) =>
        value.ValueKind == JsonValueKind.String ? value.GetString()! : Answer(Turns(value, where), where);

    private static string Answer(List<Message> turns, string where) => turns[^1] is { Role: Roles.Assistant, Content: var answer } ? answer : throw Unknown(where);

    private static List<Message> Turns(JsonElement value, string where) => value.ValueKind switch
    {
        JsonValueKind.String => [new Message(Roles.User, value.GetString()!)],
        JsonValueKind.Array when value.GetArrayLength() > 0 => [.. value.EnumerateArray().Select(turn => Turn(turn, where))],
        _ => throw Unknown(where),
    };

    private static Message Turn(JsonElement turn, string where) =>
        turn.ValueKind == JsonValueKind.Object && turn.TryGetProperty("role", out JsonElement role) && turn.TryGetProperty("content", out JsonElement content)
            ? new Message(role.GetString() ?? "", content.GetString() ?? "")
            : throw Unknown(where);

    private static UserError Unknown(string where) =>
        new($"{where}: no prompt with an answer: give 'prompt' and 'completion' (or a list 'answers'), or 'messages' that end in the answer");
}

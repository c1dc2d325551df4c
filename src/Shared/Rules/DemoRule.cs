using System.Text.RegularExpressions;
using Alignment.Shared.Preferences;

namespace Alignment.Shared.Rules;

/// <summary>
/// The demo corpus's rule. A prompt asks for a thing ("… the fox …") in a number of sentences ("… in two sentences"). A good
/// answer names the thing, says it without hedging, and has exactly as many sentences as were asked for.
/// </summary>
/// <remarks>
/// Each requirement that holds gives 0.15, all three together give 1: so only an answer with all three reaches the limit of
/// acceptance, and of two answers the one that meets more requirements wins. A prompt that names no thing is never answered
/// on topic; one that names no number of sentences takes any answer that ends its last sentence.
/// </remarks>
public sealed partial class DemoRule : IRule
{
    /// <summary>The requirement that the answer contains what was asked for.</summary>
    public const string OnTopic = "on-topic";

    /// <summary>The requirement that the answer does not hedge.</summary>
    public const string Direct = "direct";

    /// <summary>The requirement that the answer has the number of sentences asked for.</summary>
    public const string Complete = "complete";

    private const double PartScore = 0.15;

    /// <inheritdoc/>
    public string Name => "demo";

    /// <inheritdoc/>
    public IReadOnlyList<Requirement> Requirements { get; } =
    [
        new(OnTopic, (conversation, answer) => IsOnTopic(Question(conversation), answer)),
        new(Direct, (_, answer) => !Hedge().IsMatch(answer)),
        new(Complete, (conversation, answer) => IsComplete(Question(conversation), answer)),
    ];

    /// <inheritdoc/>
    public double Score(IReadOnlyList<Message> conversation, string answer)
    {
        int met = Requirements.Count(r => r.Holds(conversation, answer));
        return met == Requirements.Count ? 1 : met * PartScore;
    }

    /// <summary>The thing that a prompt asks about: the word after its last "the"; null if there is none.</summary>
    public static string? TopicOf(string prompt) => Topic().Matches(prompt) is { Count: > 0 } found ? found[^1].Groups["topic"].Value : null;

    /// <summary>How many sentences a prompt asks for; null if it does not say.</summary>
    public static int? SentencesAskedFor(string prompt) => Amount().Match(prompt) is { Success: true } found
        ? found.Groups["n"].Value.ToLowerInvariant() switch { "one" => 1, "two" => 2, _ => 3 }
        : null;

    private static string Question(IReadOnlyList<Message> conversation) =>
        conversation.LastOrDefault(m => m.Role == Roles.User)?.Content ?? "";

    private static bool IsOnTopic(string question, string answer) =>
        TopicOf(question) is string topic && Word().Matches(answer).Any(w => string.Equals(w.Value, topic, StringComparison.OrdinalIgnoreCase));

    private static bool IsComplete(string question, string answer)
    {
        string text = answer.TrimEnd();
        int sentences = SentenceEnd().Count(text);
        return sentences > 0 && text[^1] is '.' or '!' or '?' && (SentencesAskedFor(question) ?? sentences) == sentences;
    }

    [GeneratedRegex(@"\bthe (?<topic>\p{L}+)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Topic();

    [GeneratedRegex(@"\b(?<n>one|two|three) sentences?\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Amount();

    [GeneratedRegex(@"\p{L}+", RegexOptions.CultureInvariant)]
    private static partial Regex Word();

    [GeneratedRegex(@"[.!?]+(?=\s|$)", RegexOptions.CultureInvariant)]
    private static partial Regex SentenceEnd();

    [GeneratedRegex(@"\b(?:maybe|perhaps|not sure|i guess|i think)\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Hedge();
}

using Alignment.Shared.Preferences;

namespace Alignment.Shared.Rules;

/// <summary>The rules by name.</summary>
public static class Rules
{
    /// <summary>The score from which an answer is accepted.</summary>
    public const double Accepted = 0.5;

    private static readonly IRule[] All = [new DemoRule()];

    /// <summary>The names of all rules.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. All.Select(r => r.Name)];

    /// <summary>The rule of a name.</summary>
    /// <exception cref="UserError">There is none.</exception>
    public static IRule Find(string name) => Array.Find(All, r => r.Name == name)
        ?? throw new UserError($"there is no rule '{name}': choose one of {string.Join(", ", Names)}");

    /// <summary>True when a rule accepts an answer.</summary>
    public static bool Accepts(this IRule rule, IReadOnlyList<Message> conversation, string answer) =>
        rule.Score(conversation, answer) >= Accepted;
}

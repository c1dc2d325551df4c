using Alignment.Shared.Preferences;

namespace Alignment.Shared.Rules;

/// <summary>
/// A named, pure function that scores an answer: tests, rewards, judges and the provider's double share it. An answer is
/// accepted at <see cref="Rules.Accepted"/> and above; of two answers the higher score wins, equal scores are a tie.
/// </summary>
public interface IRule
{
    /// <summary>The name that <see cref="Rules.Find"/> knows.</summary>
    string Name { get; }

    /// <summary>What the rule asks for, each independent of the others.</summary>
    IReadOnlyList<Requirement> Requirements { get; }

    /// <summary>Scores an answer.</summary>
    /// <param name="conversation">The turns before the answer; the last user turn asks.</param>
    /// <param name="answer">The assistant's answer.</param>
    /// <returns>A number in [0, 1].</returns>
    double Score(IReadOnlyList<Message> conversation, string answer);
}

/// <summary>One thing that a rule asks for.</summary>
/// <param name="Name">Its name, for reports.</param>
/// <param name="Holds">Whether an answer to a conversation has it.</param>
public sealed record Requirement(string Name, Func<IReadOnlyList<Message>, string, bool> Holds);

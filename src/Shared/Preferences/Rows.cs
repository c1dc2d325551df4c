namespace Alignment.Shared.Preferences;

/// <summary>A row of a snapshot. Columns are written in the order of the constructor's parameters, in snake_case.</summary>
public interface IRow
{
    /// <summary>The row's id, unique in its snapshot.</summary>
    string Id { get; }
}

/// <summary>A comparison that one side won.</summary>
/// <param name="Prompt">The conversation before the answers.</param>
/// <param name="Chosen">The better answer: one assistant turn, or several turns.</param>
/// <param name="Rejected">The other answer.</param>
/// <param name="Id">The row's id.</param>
/// <param name="PromptId">Hash of the normalised conversation (<see cref="PromptIdentity.PromptId"/>).</param>
/// <param name="Strength">Mean |verdict − 4| of the winning verdicts, 0 to 3.</param>
/// <param name="P">Probability that <paramref name="Chosen"/> is better: the mean over the verdicts, 0 to 1.</param>
/// <param name="Votes">How many verdicts stand behind the row.</param>
/// <param name="Source">Where the labels came from.</param>
public sealed record PreferenceRow(
    IReadOnlyList<Message> Prompt,
    IReadOnlyList<Message> Chosen,
    IReadOnlyList<Message> Rejected,
    string Id,
    string PromptId,
    double Strength,
    double P,
    int Votes,
    string Source) : IRow;

/// <summary>One answer that is good or bad by itself.</summary>
/// <param name="Prompt">The conversation before the answer.</param>
/// <param name="Completion">The answer.</param>
/// <param name="Label">True when the answer is good.</param>
/// <param name="Id">The row's id.</param>
/// <param name="PromptId">Hash of the normalised conversation.</param>
/// <param name="Votes">How many verdicts stand behind the row.</param>
/// <param name="Source">Where the labels came from.</param>
public sealed record UnpairedRow(
    IReadOnlyList<Message> Prompt,
    IReadOnlyList<Message> Completion,
    bool Label,
    string Id,
    string PromptId,
    int Votes,
    string Source) : IRow;

/// <summary>A prompt without an answer.</summary>
/// <param name="Prompt">The conversation up to the answer that is wanted.</param>
/// <param name="Id">The row's id.</param>
/// <param name="PromptId">Hash of the normalised conversation.</param>
public sealed record PromptRow(IReadOnlyList<Message> Prompt, string Id, string PromptId) : IRow;

/// <summary>A conversation that shows how it should go.</summary>
/// <param name="Messages">The whole conversation; its last turn is the assistant's.</param>
/// <param name="Id">The row's id.</param>
/// <param name="PromptId">Hash of the normalised conversation before the last turn.</param>
public sealed record DemonstrationRow(IReadOnlyList<Message> Messages, string Id, string PromptId) : IRow;

/// <summary>Plain text.</summary>
/// <param name="Text">The text.</param>
/// <param name="Id">The row's id.</param>
public sealed record TextRow(string Text, string Id) : IRow;

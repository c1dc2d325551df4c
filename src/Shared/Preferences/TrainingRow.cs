namespace Alignment.Shared.Preferences;

/// <summary>
/// A text of a training row: turns of a conversation, which go through the chat template, or plain text, which goes to the
/// tokenizer as it is. Which of the two it was decides BOS and EOS, so it is kept.
/// </summary>
public sealed record Passage
{
    private readonly string? _text;
    private readonly IReadOnlyList<Message>? _messages;

    private Passage(string? text, IReadOnlyList<Message>? messages) => (_text, _messages) = (text, messages);

    /// <summary>True for turns of a conversation, false for plain text.</summary>
    public bool IsConversation => _messages is not null;

    /// <summary>The plain text.</summary>
    /// <exception cref="InvalidOperationException">It is a conversation.</exception>
    public string Text => _text ?? throw new InvalidOperationException("the passage is a conversation");

    /// <summary>The turns.</summary>
    /// <exception cref="InvalidOperationException">It is plain text.</exception>
    public IReadOnlyList<Message> Messages => _messages ?? throw new InvalidOperationException("the passage is plain text");

    /// <summary>Plain text.</summary>
    public static Passage Of(string text) => new(text, null);

    /// <summary>Turns of a conversation.</summary>
    public static Passage Of(IReadOnlyList<Message> messages) => new(null, messages);

    /// <inheritdoc/>
    public bool Equals(Passage? other) =>
        other is not null && _text == other._text
        && (_messages is null ? other._messages is null : other._messages is not null && _messages.SequenceEqual(other._messages));

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_text, _messages?.Count ?? -1, _messages is { Count: > 0 } ? _messages[^1] : null);
}

/// <summary>A row as trainers take it, from a snapshot or from a bare rows.jsonl.</summary>
/// <param name="Id">The row's id; of a bare file without ids its line number.</param>
/// <param name="Line">The line in its file, from 1.</param>
public abstract record TrainingRow(string Id, int Line);

/// <summary>A prompt with a better and a worse answer; all three are conversations or all three are plain text.</summary>
/// <param name="Id">The row's id.</param>
/// <param name="Line">The line, from 1.</param>
/// <param name="Prompt">The prompt.</param>
/// <param name="Chosen">The better answer.</param>
/// <param name="Rejected">The other answer.</param>
/// <param name="Margin">By how much the better one should win; null when the row does not say.</param>
public sealed record PairTrainingRow(string Id, int Line, Passage Prompt, Passage Chosen, Passage Rejected, double? Margin = null) : TrainingRow(Id, Line);

/// <summary>A prompt with one answer.</summary>
/// <param name="Id">The row's id.</param>
/// <param name="Line">The line, from 1.</param>
/// <param name="Prompt">The prompt.</param>
/// <param name="Completion">The answer.</param>
/// <param name="Label">True for a good answer, false for a bad one; null when the row does not say.</param>
public sealed record CompletionTrainingRow(string Id, int Line, Passage Prompt, Passage Completion, bool? Label = null) : TrainingRow(Id, Line);

/// <summary>A whole conversation.</summary>
/// <param name="Id">The row's id.</param>
/// <param name="Line">The line, from 1.</param>
/// <param name="Messages">Its turns.</param>
public sealed record ConversationTrainingRow(string Id, int Line, IReadOnlyList<Message> Messages) : TrainingRow(Id, Line);

/// <summary>Plain text.</summary>
/// <param name="Id">The row's id.</param>
/// <param name="Line">The line, from 1.</param>
/// <param name="Text">The text.</param>
public sealed record TextTrainingRow(string Id, int Line, string Text) : TrainingRow(Id, Line);

/// <summary>A prompt without an answer.</summary>
/// <param name="Id">The row's id.</param>
/// <param name="Line">The line, from 1.</param>
/// <param name="Prompt">The prompt.</param>
public sealed record PromptTrainingRow(string Id, int Line, Passage Prompt) : TrainingRow(Id, Line);

using Alignment.Shared.Preferences;

namespace Alignment.Data;

/// <summary>A part of a row: turns of a conversation, or plain text.</summary>
public sealed class Passage
{
    private Passage(string? text, IReadOnlyList<Message>? turns) => (Text, Turns) = (text, turns);

    /// <summary>The text of a plain-text row; null in a conversational one.</summary>
    public string? Text { get; }

    /// <summary>The turns of a conversational row; null in a plain-text one.</summary>
    public IReadOnlyList<Message>? Turns { get; }

    /// <summary>Plain text.</summary>
    public static Passage Of(string text) => new(text, null);

    /// <summary>Turns of a conversation.</summary>
    public static Passage Of(IReadOnlyList<Message> turns) => new(null, turns);

    /// <summary>All text in it: the plain text, or the content of each turn.</summary>
    public IEnumerable<string> Texts => Turns is null ? [Text!] : Turns.Select(turn => turn.Content);
}

/// <summary>A preference row: one prompt and two answers, all conversational or all plain text.</summary>
/// <param name="Line">line of the file, from 1</param>
/// <param name="Id">the row's id, or its line where it has none</param>
/// <param name="Prompt">what both answers follow</param>
/// <param name="Chosen">the better answer</param>
/// <param name="Rejected">the other answer</param>
public sealed record PairRow(int Line, string Id, Passage Prompt, Passage Chosen, Passage Rejected);

/// <summary>A row of supervised fine-tuning.</summary>
/// <param name="Line">line of the file, from 1</param>
/// <param name="Id">the row's id, or its line where it has none</param>
/// <param name="Prompt">what the completion follows; null where the row is one plain text</param>
/// <param name="Completion">what is learned; of a demonstration its last assistant turn</param>
public sealed record ExampleRow(int Line, string Id, Passage? Prompt, Passage Completion);

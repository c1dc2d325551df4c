using Alignment.Shared;
using Alignment.Shared.Preferences;

namespace Alignment.Data;

/// <summary>A row of supervised fine-tuning.</summary>
/// <param name="Line">line of the file, from 1</param>
/// <param name="Id">the row's id, or its line where it has none</param>
/// <param name="Prompt">what the completion follows; null where the row is one plain text</param>
/// <param name="Completion">what is learned; of a conversation its last assistant turn</param>
public sealed record ExampleRow(int Line, string Id, Passage? Prompt, Passage Completion)
{
    /// <summary>
    /// What supervised fine-tuning takes of a row: text, prompt and completion, a conversation up to its last assistant turn, of a
    /// pair its chosen answer. Null where a conversation has no assistant turn.
    /// </summary>
    /// <exception cref="UserError">a kind of row that sft does not read</exception>
    public static ExampleRow? Of(TrainingRow row) => row switch
    {
        TextTrainingRow text => new ExampleRow(row.Line, row.Id, null, Passage.Of(text.Text)),
        CompletionTrainingRow { Label: null } answer => new ExampleRow(row.Line, row.Id, answer.Prompt, answer.Completion),
        PairTrainingRow pair => new ExampleRow(row.Line, row.Id, pair.Prompt, pair.Chosen),
        ConversationTrainingRow conversation => Of(conversation),
        _ => throw new UserError("data: sft reads demonstrations, texts and preferences (their chosen answers); these rows are single answers with a label, or prompts alone"),
    };

    private static ExampleRow? Of(ConversationTrainingRow row)
    {
        int last = row.Messages.Count - 1;
        while (last >= 0 && row.Messages[last].Role != Roles.Assistant)
        {
            last--;
        }

        return last < 0 ? null : new ExampleRow(row.Line, row.Id, Passage.Of([.. row.Messages.Take(last)]), Passage.Of([row.Messages[last]]));
    }
}

/// <summary>Text of rows, and how messages name them.</summary>
internal static class RowText
{
    /// <summary>Its id and line.</summary>
    public static string Name(string id, int line) => FormattableString.Invariant($"{id} (line {line})");

    /// <summary>The texts of a passage: the plain text, or the content of each turn.</summary>
    public static IEnumerable<string> Of(Passage? passage) =>
        passage is null ? [] : passage.IsConversation ? passage.Messages.Select(turn => turn.Content) : [passage.Text];

    /// <summary>A row's name and texts, for the search for control tokens.</summary>
    public static (string Name, IEnumerable<string> Texts) Of(PairTrainingRow row) =>
        (Name(row.Id, row.Line), Of(row.Prompt).Concat(Of(row.Chosen)).Concat(Of(row.Rejected)));

    /// <summary>A row's name and texts, for the search for control tokens.</summary>
    public static (string Name, IEnumerable<string> Texts) Of(ExampleRow row) => (Name(row.Id, row.Line), Of(row.Prompt).Concat(Of(row.Completion)));
}

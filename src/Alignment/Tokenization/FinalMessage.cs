using System.Text.Json;
using System.Text.Json.Nodes;
using Alignment.Shared;
using Alignment.Tokenization.Jinja;

namespace Alignment.Tokenization;

/// <summary>
/// Ends a rendered conversation inside its last message, as transformers 4.57 does for <c>continue_final_message</c>: a mark
/// is put behind the message, the text is cut at the mark, and where the template took the mark's blank away it also took the
/// message's own, so that the text's end loses its white space.
/// </summary>
internal static class FinalMessage
{
    private const string Mark = "CONTINUE_FINAL_MESSAGE_TAG ";

    /// <summary>A copy of the messages with the mark in the last one.</summary>
    /// <exception cref="UserError">The last message has no text.</exception>
    public static JsonArray Marked(JsonArray messages)
    {
        JsonArray copy = messages.DeepClone().AsArray();
        (JsonObject? owner, string key) = copy[^1] is not JsonObject last ? (null, "")
            : last["content"] is JsonArray parts
                ? (parts.LastOrDefault(p => p is JsonObject part && part.ContainsKey("text")) as JsonObject, "text")
                : (last, "content");
        if (owner?[key] is not JsonValue value || value.GetValueKind() != JsonValueKind.String)
        {
            throw new UserError("the last message has no text that could be continued: give it a content");
        }

        owner[key] = value.GetValue<string>() + Mark;
        return copy;
    }

    /// <summary>The rendered text up to the mark.</summary>
    /// <exception cref="UserError">The template does not show the last message.</exception>
    public static string Cut(string rendered)
    {
        int at = rendered.LastIndexOf(Mark.TrimEnd(), StringComparison.Ordinal);
        if (at < 0)
        {
            throw new UserError("the chat template does not show the last message, so it cannot be continued", ExitCodes.Failed);
        }

        bool blankKept = string.CompareOrdinal(rendered, at, Mark, 0, Mark.Length) == 0;
        return blankKept ? rendered[..at] : PythonText.StripEnd(rendered[..at]);
    }
}

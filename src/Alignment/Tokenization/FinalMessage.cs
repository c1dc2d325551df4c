using System.Text.Json;
using System.Text.Json.Nodes;
using Alignment.Shared;
using Alignment.Tokenization.Jinja;

namespace Alignment.Tokenization;

/// <summary>
/// Cuts a rendered conversation so that it ends inside its last message, as transformers 4.57 does for
/// <c>continue_final_message</c>: after the message as written where the template kept its white space, else after its
/// trimmed text.
/// </summary>
internal static class FinalMessage
{
    /// <summary>The rendered text up to the end of the last message's content.</summary>
    /// <exception cref="UserError">The message has no text, or the template does not show it.</exception>
    public static string Cut(string rendered, JsonNode? message)
    {
        string text = TextOf(message?["content"])
            ?? throw new UserError("the last message has no text that could be continued: give it a content");
        string trimmed = PythonText.Strip(text);
        int start = rendered.LastIndexOf(trimmed, StringComparison.Ordinal);
        if (start < 0)
        {
            throw new UserError("the chat template does not show the last message as it was given, so it cannot be continued", ExitCodes.Failed);
        }

        string withoutLead = PythonText.StripStart(text);
        bool kept = string.CompareOrdinal(rendered, start, withoutLead, 0, withoutLead.Length) == 0;
        return rendered[..(start + (kept ? withoutLead : trimmed).Length)];
    }

    private static string? TextOf(JsonNode? content) => content switch
    {
        JsonArray parts => parts.LastOrDefault(p => p is JsonObject part && part.ContainsKey("text"))?["text"]?.GetValue<string>(),
        JsonValue value when value.GetValueKind() == JsonValueKind.String => value.GetValue<string>(),
        _ => null,
    };
}

using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

using Alignment.Models;
using Alignment.Shared;
using Alignment.Shared.Preferences;

namespace Alignment.Generation;

/// <summary>A conversation to answer, or plain text to continue.</summary>
/// <param name="Conversation">the turns; empty for plain text</param>
/// <param name="Text">the plain text; null for a conversation</param>
public sealed record PromptToContinue(IReadOnlyList<Message> Conversation, string? Text)
{
    /// <summary>Equal prompts have equal ids (32 hexadecimal digits); case and white space do not count.</summary>
    public string Id => PromptIdentity.PromptId(Text is null ? Conversation : [new Message("text", Text)]);

    /// <summary>As rows of jsonl hold it: a list of turns, or a text.</summary>
    public JsonNode Json => Text is not null ? JsonValue.Create(Text)
        : new JsonArray([.. Conversation.Select(m => (JsonNode)new JsonObject { ["role"] = m.Role, ["content"] = m.Content })]);

    /// <summary>The turns or the text to the letter, as one line: what tells prompts apart that <see cref="Id"/> takes for the same.</summary>
    public string Exact => Json.ToJsonString();

    /// <summary>The ids that the model goes on from: the template's text up to the opening of an answer, or the plain text's.</summary>
    /// <exception cref="UserError">The model has no chat template, or the text has no tokens.</exception>
    public int[] Encode(LoadedModel model)
    {
        int[] ids = Text is not null ? model.Tokenizer.Encode(Text, addSpecialTokens: true)
            : model.Template is null ? throw new UserError($"{model.Path} has no chat template: only plain text can be continued (--raw)")
            : model.Tokenizer.Encode(model.Template.Render(Conversation, addGenerationPrompt: true), addSpecialTokens: false);
        return ids.Length > 0 ? ids : throw new UserError("an empty prompt cannot be continued");
    }

    /// <summary>The same conversation with a system turn before it, where it has none.</summary>
    public PromptToContinue WithSystem(string system) => Text is not null || Conversation is [{ Role: Roles.System }, ..]
        ? this : this with { Conversation = [new Message(Roles.System, system), .. Conversation] };

    /// <summary>A text of a command line or file: one user turn, or plain text.</summary>
    public static PromptToContinue Of(string text, bool raw) => raw ? new([], text) : new([new Message(Roles.User, text)], null);

    /// <summary>
    /// Reads a file: jsonl with <c>prompt</c> (text or turns), <c>messages</c> (up to the last answer) or <c>turns</c> (its
    /// first text); any other file has one prompt per line.
    /// </summary>
    /// <param name="path">the file</param>
    /// <param name="raw">texts are plain text, not user turns</param>
    /// <exception cref="UserError">The file is absent or a line holds no prompt; file and line are named.</exception>
    public static IReadOnlyList<PromptToContinue> ReadFile(string path, bool raw)
    {
        if (!File.Exists(path))
        {
            throw new UserError($"{path}: no such file");
        }

        bool json = path.EndsWith(".jsonl", StringComparison.OrdinalIgnoreCase);
        var prompts = new List<PromptToContinue>();
        int number = 0;
        foreach (string line in File.ReadLines(path))
        {
            number++;
            if (!string.IsNullOrWhiteSpace(line))
            {
                prompts.Add(json ? Row(line, raw, string.Create(CultureInfo.InvariantCulture, $"{path}:{number}")) : Of(line, raw));
            }
        }

        return prompts.Count > 0 ? prompts : throw new UserError($"{path}: there are no prompts in it");
    }

    private static PromptToContinue Row(string line, bool raw, string where)
    {
        try
        {
            JsonObject row = JsonNode.Parse(line) as JsonObject ?? throw new UserError($"{where}: this is not a JSON object");
            return (row["prompt"], row["messages"], row["turns"]) switch
            {
                (JsonArray turns, _, _) => new(Turns(turns), null),
                (JsonValue text, _, _) => Of(text.GetValue<string>(), raw),
                (_, JsonArray turns, _) => new([.. Turns(turns).Reverse().SkipWhile(m => m.Role == Roles.Assistant).Reverse()], null),
                (_, _, JsonArray { Count: > 0 } texts) => Of(texts[0]!.GetValue<string>(), raw),
                _ => throw new UserError($"{where}: neither 'prompt' nor 'messages' stands there"),
            };
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or NullReferenceException)
        {
            throw new UserError($"{where}: no prompt can be read from it ({e.Message}); 'prompt' is a text or a list of turns with role and content", inner: e);
        }
    }

    private static Message[] Turns(JsonArray turns) => turns.Count > 0
        ? [.. turns.Select(t => new Message(t!["role"]!.GetValue<string>(), t["content"]!.GetValue<string>()))]
        : throw new InvalidOperationException("a conversation without turns");
}

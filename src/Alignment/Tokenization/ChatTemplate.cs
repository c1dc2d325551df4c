using System.Text.Json.Nodes;
using Alignment.Shared;
using Alignment.Shared.Preferences;
using Alignment.Tokenization.Jinja;

namespace Alignment.Tokenization;

/// <summary>
/// A model's chat template: a conversation in, the text that the model was trained on out. A model without a template
/// has none: nothing here falls back to a default one.
/// </summary>
public sealed class ChatTemplate
{
    /// <summary>The name that counts when a model has several templates.</summary>
    public const string DefaultName = "default";

    private readonly JinjaTemplate _template;
    private readonly IReadOnlyDictionary<string, object?> _specialTokens;

    private ChatTemplate(ChatTemplateSource source, string name)
    {
        Named = source.Templates;
        Source = source.Templates[name];
        Name = name;
        _specialTokens = source.SpecialTokens;
        try
        {
            _template = JinjaTemplate.Parse(Source);
        }
        catch (JinjaException e)
        {
            throw new UserError($"{source.Origin}: the chat template '{name}' is no valid Jinja template: line {e.Line}: {e.Message}", ExitCodes.Failed, e);
        }
    }

    /// <summary>The Jinja text.</summary>
    public string Source { get; }

    /// <summary>This template's name among <see cref="Named"/>.</summary>
    public string Name { get; }

    /// <summary>All templates of the model by name; a single one is called <see cref="DefaultName"/>.</summary>
    public IReadOnlyDictionary<string, string> Named { get; }

    /// <summary>
    /// The template of a Hugging Face folder: <c>chat_template.jinja</c> (with <c>additional_chat_templates/*.jinja</c>)
    /// comes before <c>chat_template.json</c>, which comes before the key of <c>tokenizer_config.json</c>.
    /// </summary>
    /// <param name="folder">The model's folder.</param>
    /// <param name="name">The template wanted where there are several, for instance <c>tool_use</c>.</param>
    /// <exception cref="UserError">There is no template, none of that name, or it is no valid Jinja.</exception>
    public static ChatTemplate Load(string folder, string? name = null) =>
        Create(ChatTemplateSource.FromFolder(folder), name, $"add {ChatTemplateSource.FileName} to the folder");

    /// <summary>As <see cref="Load"/>, but null where the folder has no template at all.</summary>
    public static ChatTemplate? TryLoad(string folder, string? name = null)
    {
        ChatTemplateSource source = ChatTemplateSource.FromFolder(folder);
        return source.Templates.Count == 0 ? null : Create(source, name, "");
    }

    /// <summary>A template from its text.</summary>
    /// <param name="jinja">The Jinja text.</param>
    /// <param name="specialTokens">Variables such as <c>bos_token</c> and <c>eos_token</c>; null values are left out.</param>
    public static ChatTemplate FromSource(string jinja, IReadOnlyDictionary<string, string?>? specialTokens = null) =>
        new(ChatTemplateSource.FromText(jinja, specialTokens), DefaultName);

    /// <summary>The template in a GGUF file's metadata (<c>tokenizer.chat_template</c>, <c>tokenizer.chat_template.NAME</c>).</summary>
    /// <exception cref="UserError">There is no template, or none of that name.</exception>
    public static ChatTemplate FromGguf(IReadOnlyDictionary<string, object> metadata, string? name = null) =>
        Create(ChatTemplateSource.FromGguf(metadata), name, "take a file that has one, or a Hugging Face folder");

    /// <summary>As <see cref="FromGguf"/>, but null where the metadata has no template at all.</summary>
    public static ChatTemplate? TryFromGguf(IReadOnlyDictionary<string, object> metadata, string? name = null)
    {
        ChatTemplateSource source = ChatTemplateSource.FromGguf(metadata);
        return source.Templates.Count == 0 ? null : Create(source, name, "");
    }

    /// <summary>Renders a conversation.</summary>
    /// <param name="messages">The turns, at least one.</param>
    /// <param name="addGenerationPrompt">End with the opening of an assistant's turn.</param>
    /// <param name="continueFinalMessage">End inside the last message, so that a model goes on with it.</param>
    /// <param name="tools">Descriptions of functions, as the template expects them.</param>
    /// <param name="extra">Further variables, for instance <c>enable_thinking</c>; they override everything else.</param>
    /// <exception cref="UserError">The template refuses the conversation or fails on it.</exception>
    public string Render(
        IReadOnlyList<Message> messages, bool addGenerationPrompt, bool continueFinalMessage = false,
        JsonNode? tools = null, IReadOnlyDictionary<string, object?>? extra = null) =>
        Render(
            new JsonArray([.. messages.Select(m => (JsonNode)new JsonObject { ["role"] = m.Role, ["content"] = m.Content })]),
            addGenerationPrompt, continueFinalMessage, tools, extra);

    /// <summary>Renders a conversation whose messages may have more than role and content (parts, tool calls, reasoning …).</summary>
    /// <inheritdoc cref="Render(IReadOnlyList{Message}, bool, bool, JsonNode?, IReadOnlyDictionary{string, object?}?)"/>
    public string Render(
        JsonArray messages, bool addGenerationPrompt, bool continueFinalMessage = false,
        JsonNode? tools = null, IReadOnlyDictionary<string, object?>? extra = null)
    {
        if (messages.Count == 0)
        {
            throw new UserError("a conversation without messages cannot be rendered: give at least one message");
        }

        if (addGenerationPrompt && continueFinalMessage)
        {
            throw new UserError("a conversation cannot both continue its last message and open a new turn: choose one of the two");
        }

        var context = new Dictionary<string, object?>(_specialTokens)
        {
            ["messages"] = continueFinalMessage ? FinalMessage.Marked(messages) : messages,
            ["tools"] = tools,
            ["documents"] = null,
            ["add_generation_prompt"] = addGenerationPrompt,
        };
        foreach ((string key, object? value) in extra ?? new Dictionary<string, object?>())
        {
            context[key] = value;
        }

        string text = RenderContext(context);
        return continueFinalMessage ? FinalMessage.Cut(text) : text;
    }

    /// <summary>Writes <c>chat_template.jinja</c> (and the other named templates) into a folder, where <see cref="Load"/> finds them.</summary>
    public void Save(string folder) => ChatTemplateSource.Save(folder, Named);

    private string RenderContext(Dictionary<string, object?> context)
    {
        try
        {
            return _template.Render(context);
        }
        catch (JinjaException e) when (e.Kind == JinjaErrorKind.Raised)
        {
            throw new UserError($"the chat template refuses this conversation: {e.Message}", ExitCodes.Failed, e);
        }
        catch (JinjaException e)
        {
            throw new UserError($"the chat template fails on this conversation: {e.Message}", ExitCodes.Failed, e);
        }
    }

    private static ChatTemplate Create(ChatTemplateSource source, string? name, string mend)
    {
        if (source.Templates.Count == 0)
        {
            throw new UserError($"{source.Origin} has no chat template: {mend}", ExitCodes.Failed);
        }

        string wanted = name ?? DefaultName;
        return source.Templates.ContainsKey(wanted)
            ? new ChatTemplate(source, wanted)
            : throw new UserError(
                $"{source.Origin} has no chat template '{wanted}', only {string.Join(", ", source.Templates.Keys.Select(k => $"'{k}'"))}: name one of them",
                ExitCodes.Failed);
    }
}

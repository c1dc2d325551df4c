using System.Text.Json.Nodes;
using Alignment.Goldens;
using Alignment.Shared;
using Alignment.Shared.Preferences;
using Alignment.Tokenization;

namespace Alignment.Tests.Tokenization;

public sealed class ChatTemplateTests : IDisposable
{
    private static readonly Message[] Hello = [new(Roles.User, "Hello")];
    private readonly string _folder = Directory.CreateTempSubdirectory("chat-template").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Load_FileAndKey_TheFileCounts()
    {
        Write("tokenizer_config.json", """{"chat_template": "key"}""");
        Write("chat_template.jinja", "file {{ messages[0].content }}");

        Assert.Equal("file Hello", ChatTemplate.Load(_folder).Render(Hello, addGenerationPrompt: false));
    }

    [Fact]
    public void Load_NamedTemplates_DefaultCountsAndOthersByName()
    {
        Write("tokenizer_config.json", """{"chat_template": [{"name": "tool_use", "template": "tools"}, {"name": "default", "template": "plain"}]}""");

        Assert.Equal("plain", ChatTemplate.Load(_folder).Render(Hello, addGenerationPrompt: false));
        Assert.Equal("tools", ChatTemplate.Load(_folder, "tool_use").Render(Hello, addGenerationPrompt: false));
        Assert.Contains("'tool_use'", Assert.Throws<UserError>(() => ChatTemplate.Load(_folder, "rag")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_NoTemplate_IsAnErrorThatNamesTheFolder()
    {
        Write("tokenizer_config.json", "{}");

        Assert.Null(ChatTemplate.TryLoad(_folder));
        Assert.Contains(_folder, Assert.Throws<UserError>(() => ChatTemplate.Load(_folder)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_BrokenTemplate_NamesTheLine()
    {
        Write("chat_template.jinja", "a\n{% if %}");

        Assert.Contains("line 2", Assert.Throws<UserError>(() => ChatTemplate.Load(_folder)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Save_NamedTemplates_LoadAgain()
    {
        Write("tokenizer_config.json", """{"chat_template": [{"name": "default", "template": "a"}, {"name": "tool_use", "template": "b"}]}""");
        string copy = Path.Combine(_folder, "copy");
        Directory.CreateDirectory(copy);

        ChatTemplate.Load(_folder).Save(copy);

        Assert.Equal("a", ChatTemplate.Load(copy).Source);
        Assert.Equal("b", ChatTemplate.Load(copy, "tool_use").Source);
    }

    [Fact]
    public void Render_SpecialTokens_AreVariables()
    {
        Write("tokenizer_config.json", """{"bos_token": "<s>", "eos_token": {"content": "</s>"}, "pad_token": null, "chat_template": "{{ bos_token }}{{ eos_token }}{{ pad_token is defined }}"}""");

        Assert.Equal("<s></s>False", ChatTemplate.Load(_folder).Render(Hello, addGenerationPrompt: false));
    }

    [Fact]
    public void FromGguf_Metadata_GivesTemplateAndTokens()
    {
        var metadata = new Dictionary<string, object>
        {
            ["tokenizer.chat_template"] = "{{ eos_token }}",
            ["tokenizer.chat_template.tool_use"] = "tools",
            ["tokenizer.ggml.tokens"] = new[] { "a", "</s>" },
            ["tokenizer.ggml.eos_token_id"] = 1u,
        };

        Assert.Equal("</s>", ChatTemplate.FromGguf(metadata).Render(Hello, addGenerationPrompt: false));
        Assert.Equal("tools", ChatTemplate.FromGguf(metadata, "tool_use").Render(Hello, addGenerationPrompt: false));
        Assert.Throws<UserError>(() => ChatTemplate.FromGguf(new Dictionary<string, object>()));
    }

    [Fact]
    public void Render_RaisedAndRuntimeErrors_AreUserErrors()
    {
        Assert.Contains("no user", Error("{{ raise_exception('no user') }}"), StringComparison.Ordinal);
        Assert.Contains("'nothing' is undefined", Error("{{ nothing.x }}"), StringComparison.Ordinal);

        static string Error(string jinja) =>
            Assert.Throws<UserError>(() => ChatTemplate.FromSource(jinja).Render(Hello, addGenerationPrompt: false)).Message;
    }

    [Fact]
    public void Render_ContinueFinalMessage_EndsInsideIt()
    {
        var template = ChatTemplate.FromSource("{% for m in messages %}<{{ m.content | trim }}>{% endfor %}");

        Assert.Equal("<Hello><Sure", template.Render([.. Hello, new(Roles.Assistant, "Sure ")], addGenerationPrompt: false, continueFinalMessage: true));
        Assert.Throws<UserError>(() => template.Render(Hello, addGenerationPrompt: true, continueFinalMessage: true));
        Assert.Throws<UserError>(() => template.Render(Array.Empty<Message>(), addGenerationPrompt: true));
    }

    [Fact]
    public void Render_ReferenceConversations_GiveTheReferenceTexts()
    {
        int rows = 0;
        foreach (string file in Directory.EnumerateFiles(GoldenData.At("tokenizers"), "chat.jsonl", SearchOption.AllDirectories))
        {
            var template = ChatTemplate.Load(Path.GetDirectoryName(file)!);
            foreach (JsonObject row in GoldenData.JsonLines(file))
            {
                rows++;
                string? text = Render(template, row);
                Assert.True(row["text"]?.GetValue<string>() == text, $"{file}: {row["name"]}: {text}");
            }
        }

        Assert.NotEqual(0, rows);
    }

    private static string? Render(ChatTemplate template, JsonObject row)
    {
        var extra = new Dictionary<string, object?>();
        if (row["enable_thinking"] is JsonNode thinking)
        {
            extra["enable_thinking"] = thinking;
        }

        try
        {
            return template.Render(
                row["messages"]!.AsArray(), row["add_generation_prompt"]?.GetValue<bool>() ?? false,
                row["continue_final_message"]?.GetValue<bool>() ?? false, row["tools"], extra);
        }
        catch (UserError)
        {
            return null;
        }
    }

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(_folder, name), text);
}

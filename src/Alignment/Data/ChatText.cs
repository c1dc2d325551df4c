using Alignment.Shared;
using Alignment.Shared.Preferences;
using Alignment.Tokenization;

namespace Alignment.Data;

/// <summary>Passages to text and text to ids, with the tokenizer and the chat template of one model.</summary>
internal sealed class ChatText(Tokenizer tokenizer, ChatTemplate? template)
{
    /// <summary>The tokenizer.</summary>
    public Tokenizer Tokenizer => tokenizer;

    /// <summary>The id that ends a sequence.</summary>
    /// <exception cref="UserError">the tokenizer names none, or one that the model has no embedding for</exception>
    public int EosId => tokenizer.EosId ?? throw new UserError(
        "the tokenizer names no end-of-sequence token (eos_token in tokenizer_config.json), or one whose id is not below the model's vocab_size: plain text and trl-0.24 need one");

    /// <summary>The text of the end-of-sequence token.</summary>
    public string EosText => tokenizer.TokenOf(EosId)!;

    /// <summary>The turns as the chat template writes them.</summary>
    /// <exception cref="UserError">the model has no chat template</exception>
    public string Render(IReadOnlyList<Message> turns, bool addGenerationPrompt) =>
        (template ?? throw new UserError(
            "the data is conversational, but the model has no chat template (chat_template.jinja or chat_template in tokenizer_config.json): add one, or train on plain text"))
        .Render(turns, addGenerationPrompt);

    /// <summary>Ids of rendered text: the template wrote all special tokens itself.</summary>
    public int[] Ids(string text, bool addSpecialTokens) => tokenizer.Encode(text, addSpecialTokens);

    /// <summary>Length of the common prefix of two token sequences.</summary>
    public static int CommonPrefix(ReadOnlySpan<int> a, ReadOnlySpan<int> b) => a.CommonPrefixLength(b);
}

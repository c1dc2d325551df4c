using Alignment.Shared.Preferences;

namespace Alignment.Data;

/// <summary>
/// TRL 1.16. Conversational: template(prompt, generation prompt) and template(prompt + completion) are tokenised whole, without
/// BOS; the completion is what follows their common prefix, for a pair the shorter of the two. Plain text: the EOS text is
/// appended and the tokenizer's special tokens are added. Cut on the right; a prompt of the whole length or more drops the row.
/// </summary>
internal sealed class Trl116Convention : IConvention
{
    /// <inheritdoc/>
    public PairTokens Tokenize(ChatText text, PairTrainingRow row)
    {
        int[] prompt = PromptIds(text, row.Prompt);
        int[] chosen = WholeIds(text, row.Prompt, row.Chosen);
        int[] rejected = WholeIds(text, row.Prompt, row.Rejected);
        int shared = Math.Min(ChatText.CommonPrefix(prompt, chosen), ChatText.CommonPrefix(prompt, rejected));
        return new PairTokens(chosen[..shared], chosen[shared..], rejected[shared..], prompt.Length);
    }

    /// <inheritdoc/>
    public EncodedSequence? Truncate(ReadOnlySpan<int> prompt, ReadOnlySpan<int> completion, EncodingRules rules) =>
        prompt.Length >= rules.MaxLength
            ? null
            : new EncodedSequence(prompt, completion[..Math.Min(completion.Length, rules.MaxLength - prompt.Length)]);

    /// <summary>Ids of the prompt alone, with the opening of the answer where the row is conversational.</summary>
    public static int[] PromptIds(ChatText text, Passage prompt) => !prompt.IsConversation
        ? text.Ids(prompt.Text, addSpecialTokens: true)
        : text.Ids(text.Render(prompt.Messages, addGenerationPrompt: true), addSpecialTokens: false);

    /// <summary>Ids of prompt and completion, tokenised whole.</summary>
    public static int[] WholeIds(ChatText text, Passage? prompt, Passage completion)
    {
        if (!completion.IsConversation)
        {
            return text.Ids((prompt?.Text ?? "") + completion.Text + text.EosText, addSpecialTokens: true);
        }

        IReadOnlyList<Message> turns = prompt is null ? completion.Messages
            : [.. prompt.Messages, .. completion.Messages];
        return text.Ids(text.Render(turns, addGenerationPrompt: false), addSpecialTokens: false);
    }

    /// <summary>A row of supervised fine-tuning: ids and what is learned, before truncation.</summary>
    public static (int[] Ids, bool[] Mask) TokenizeExample(ChatText text, ExampleRow row, LossOn lossOn)
    {
        int[] ids = WholeIds(text, row.Prompt, row.Completion);
        var mask = new bool[ids.Length];
        if (row.Prompt is null || lossOn == LossOn.Everything)
        {
            Array.Fill(mask, true);
        }
        else if (lossOn == LossOn.AllAssistant && row.Prompt.IsConversation)
        {
            MarkAssistantTurns(text, [.. row.Prompt.Messages, .. row.Completion.Messages], ids, mask);
        }
        else
        {
            mask.AsSpan(ChatText.CommonPrefix(PromptIds(text, row.Prompt), ids)).Fill(true);
        }

        return (ids, mask);
    }

    private static void MarkAssistantTurns(ChatText text, Message[] turns, int[] ids, bool[] mask)
    {
        for (int i = 0; i < turns.Length; i++)
        {
            if (turns[i].Role != Roles.Assistant)
            {
                continue;
            }

            int start = i == 0 ? 0 : ChatText.CommonPrefix(text.Ids(text.Render(turns[..i], addGenerationPrompt: true), addSpecialTokens: false), ids);
            int end = i == turns.Length - 1 ? ids.Length
                : ChatText.CommonPrefix(text.Ids(text.Render(turns[..(i + 1)], addGenerationPrompt: false), addSpecialTokens: false), ids);
            mask.AsSpan(start, Math.Max(0, end - start)).Fill(true);
        }
    }
}

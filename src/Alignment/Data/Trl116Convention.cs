using Alignment.Shared;
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
    public PairTokens Tokenize(ChatText text, PairRow row)
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
    public static int[] PromptIds(ChatText text, Passage prompt) => prompt.Turns is null
        ? text.Ids(prompt.Text!, addSpecialTokens: true)
        : text.Ids(text.Render(prompt.Turns, addGenerationPrompt: true), addSpecialTokens: false);

    /// <summary>Ids of prompt and completion, tokenised whole.</summary>
    public static int[] WholeIds(ChatText text, Passage? prompt, Passage completion)
    {
        if (completion.Turns is null)
        {
            return text.Ids((prompt?.Text ?? "") + completion.Text + text.EosText, addSpecialTokens: true);
        }

        IReadOnlyList<Message> turns = prompt is null ? completion.Turns
            : [.. prompt.Turns ?? throw new UserError("a row's prompt is plain text and its answer a list of turns: use one form"), .. completion.Turns];
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
        else if (lossOn == LossOn.AllAssistant && row.Prompt.Turns is not null)
        {
            MarkAssistantTurns(text, [.. row.Prompt.Turns, .. row.Completion.Turns!], ids, mask);
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

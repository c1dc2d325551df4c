using Alignment.Shared.Preferences;

namespace Alignment.Data;

/// <summary>
/// TRL 0.24 (DPO). The chat template gives text; prompt and completion are tokenised separately without special tokens and EOS is
/// always appended to the completion. The prompt keeps its last tokens, the completion its first, then the whole is cut to the
/// length from one end. No row is dropped.
/// </summary>
internal sealed class Trl024Convention : IConvention
{
    /// <inheritdoc/>
    public PairTokens Tokenize(ChatText text, PairTrainingRow row)
    {
        string prompt, chosen, rejected;
        if (!row.Prompt.IsConversation)
        {
            (prompt, chosen, rejected) = (row.Prompt.Text, row.Chosen.Text, row.Rejected.Text);
        }
        else
        {
            string opened = text.Render(row.Prompt.Messages, addGenerationPrompt: true);
            chosen = text.Render([.. row.Prompt.Messages, .. row.Chosen.Messages], addGenerationPrompt: false);
            rejected = text.Render([.. row.Prompt.Messages, .. row.Rejected.Messages], addGenerationPrompt: false);
            int shared = Math.Min(CommonPrefix(opened, chosen), CommonPrefix(opened, rejected));
            (prompt, chosen, rejected) = (opened[..shared], chosen[shared..], rejected[shared..]);
        }

        int[] ids = text.Ids(prompt, addSpecialTokens: false);
        return new PairTokens(ids, WithEos(text, chosen), WithEos(text, rejected), ids.Length);
    }

    /// <inheritdoc/>
    public EncodedSequence? Truncate(ReadOnlySpan<int> prompt, ReadOnlySpan<int> completion, EncodingRules rules)
    {
        if (rules.MaxPromptLength is int p && prompt.Length > p)
        {
            prompt = prompt[^p..];
        }

        if (rules.MaxCompletionLength is int c && completion.Length > c)
        {
            completion = completion[..c];
        }

        int excess = prompt.Length + completion.Length - rules.MaxLength;
        if (excess > 0 && rules.KeepEnd)
        {
            int fromPrompt = Math.Min(excess, prompt.Length);
            return new EncodedSequence(prompt[fromPrompt..], completion[(excess - fromPrompt)..]);
        }

        if (excess > 0)
        {
            int fromCompletion = Math.Min(excess, completion.Length);
            return new EncodedSequence(prompt[..^(excess - fromCompletion)], completion[..^fromCompletion]);
        }

        return new EncodedSequence(prompt, completion);
    }

    private static int[] WithEos(ChatText text, string completion) => [.. text.Ids(completion, addSpecialTokens: false), text.EosId];

    private static int CommonPrefix(string a, string b)
    {
        int length = a.AsSpan().CommonPrefixLength(b);
        return length > 0 && char.IsHighSurrogate(a[length - 1]) ? length - 1 : length;
    }
}

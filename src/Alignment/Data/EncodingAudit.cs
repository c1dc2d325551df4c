using Alignment.Shared.Preferences;
using Alignment.Shared.Runs;

namespace Alignment.Data;

/// <summary>
/// Checks encoded rows against their text by another way than the encoder's: where the prompt's text ends decides where learning
/// starts. Finds empty completions, boundaries inside a token, shifted masks, and BOS or EOS that the convention does not put there.
/// </summary>
internal sealed class EncodingAudit(ChatText text, EncodingRules rules)
{
    private bool Separate => rules.Convention == ConventionNames.Trl024;

    /// <summary>What is wrong with one sequence.</summary>
    public IEnumerable<string> Problems(Passage? prompt, Passage completion, EncodedSequence sequence, string side)
    {
        if (sequence.Predicted == 0)
        {
            yield return $"empty completion ({side}): no token is left to learn";
            yield break;
        }

        if (Boundary(prompt, completion, sequence, side) is string boundary)
        {
            yield return boundary;
        }

        foreach (string problem in SpecialTokens(completion, sequence, side))
        {
            yield return problem;
        }
    }

    private string? Boundary(Passage? prompt, Passage completion, EncodedSequence sequence, string side)
    {
        bool wholeLearned = prompt is null || rules.LossOn == LossOn.Everything;
        if (wholeLearned || (rules.LossOn == LossOn.AllAssistant && prompt!.IsConversation))
        {
            return null;
        }

        int[] before = PromptIds(prompt!, completion);
        if (!Separate && !sequence.Ids.AsSpan().StartsWith(before.AsSpan(0, Math.Min(before.Length, sequence.Ids.Length))))
        {
            return $"the boundary between prompt and completion ({side}) falls inside a token: end the prompt or start the answer with a space or a line break";
        }

        bool cutOnTheLeft = Separate && rules.KeepEnd && sequence.Ids.Length == rules.MaxLength;
        int expected = Separate ? Math.Min(before.Length, rules.MaxPromptLength ?? int.MaxValue) : before.Length;
        int shift = sequence.PromptLength - expected;
        return cutOnTheLeft || shift == 0 ? null
            : FormattableString.Invariant($"the mask is shifted ({side}): learning starts at token {sequence.PromptLength}, the completion at {expected}");
    }

    /// <summary>Ids of the text that stands in front of the completion.</summary>
    private int[] PromptIds(Passage prompt, Passage completion)
    {
        if (!prompt.IsConversation)
        {
            int[] ids = text.Ids(prompt.Text, addSpecialTokens: !Separate);
            return ids.Length > 0 && ids[^1] == text.Tokenizer.EosId && !prompt.Text.EndsWith(text.EosText, StringComparison.Ordinal) ? ids[..^1] : ids;
        }

        string opened = text.Render(prompt.Messages, addGenerationPrompt: true);
        string whole = text.Render([.. prompt.Messages, .. completion.Messages], addGenerationPrompt: false);
        return text.Ids(opened[..opened.AsSpan().CommonPrefixLength(whole)], addSpecialTokens: false);
    }

    private IEnumerable<string> SpecialTokens(Passage completion, EncodedSequence sequence, string side)
    {
        int[] ids = sequence.Ids;
        int? bos = text.Tokenizer.BosId, eos = text.Tokenizer.EosId;
        if (bos is not null && ids.Length > 1 && ids[0] == bos && ids[1] == bos)
        {
            yield return $"double BOS ({side}): the text starts with {text.Tokenizer.TokenOf(bos.Value)}, and another one was put in front";
        }

        bool isText = !completion.IsConversation;
        bool addsBos = bos is not null && isText && !Separate && text.Ids("", addSpecialTokens: true) is [int first, ..] && first == bos;
        if (addsBos && ids[0] != bos)
        {
            yield return $"missing BOS ({side}): the tokenizer puts {text.Tokenizer.TokenOf(bos!.Value)} in front of plain text";
        }

        bool whole = ids.Length < rules.MaxLength && !(Separate && rules.MaxCompletionLength is not null);
        if ((isText || Separate) && whole && ids[^1] != eos)
        {
            yield return $"missing EOS ({side}): the convention ends the completion with one";
        }

        if (isText && !Separate && whole && ids.Length > 1 && ids[^1] == eos && ids[^2] == eos)
        {
            yield return $"double EOS ({side}): the text ends with {text.EosText} already, and the convention adds one";
        }
    }
}

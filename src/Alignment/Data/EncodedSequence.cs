namespace Alignment.Data;

/// <summary>The token ids of prompt and completion after truncation, and which of them are learned. Managed arrays only.</summary>
public sealed class EncodedSequence
{
    /// <summary>Ids with their mask; both of one length.</summary>
    public EncodedSequence(int[] ids, bool[] mask)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(mask.Length, ids.Length);
        Ids = ids;
        Mask = mask;
        int first = Array.IndexOf(mask, true);
        PromptLength = first < 0 ? ids.Length : first;
        Predicted = mask.Skip(1).Count(learned => learned);
    }

    /// <summary>A prompt followed by a completion.</summary>
    public EncodedSequence(ReadOnlySpan<int> prompt, ReadOnlySpan<int> completion)
        : this([.. prompt, .. completion], [.. new bool[prompt.Length], .. Enumerable.Repeat(true, completion.Length)])
    {
    }

    /// <summary>[T] token ids.</summary>
    public int[] Ids { get; }

    /// <summary>[T] true where the token is learned. The first token has no predecessor: it never counts.</summary>
    public bool[] Mask { get; }

    /// <summary>Tokens before the first learned one.</summary>
    public int PromptLength { get; }

    /// <summary>Learned tokens that have a predecessor: the labels of the row.</summary>
    public int Predicted { get; }
}

/// <summary>One row of supervised fine-tuning as tokens.</summary>
/// <param name="Line">line of the file, from 1</param>
/// <param name="Id">the row's id</param>
/// <param name="Sequence">its tokens</param>
public sealed record EncodedCompletion(int Line, string Id, EncodedSequence Sequence);

/// <summary>One pair as tokens.</summary>
/// <param name="Line">line of the file, from 1</param>
/// <param name="Id">the row's id</param>
/// <param name="Chosen">prompt and better answer</param>
/// <param name="Rejected">prompt and other answer</param>
public sealed record EncodedPair(int Line, string Id, EncodedSequence Chosen, EncodedSequence Rejected)
{
    /// <summary>Length of the prompt that both sides share after truncation; 0 where their prompts differ or are empty.</summary>
    public int SharedPrompt { get; } =
        Chosen.Ids.AsSpan(0, Chosen.PromptLength).SequenceEqual(Rejected.Ids.AsSpan(0, Rejected.PromptLength)) ? Chosen.PromptLength : 0;

    /// <summary>Padding-free tokens of both answers, the prompt counted twice (contracts, section 10).</summary>
    public int Tokens => Chosen.Ids.Length + Rejected.Ids.Length;
}

using Alignment.Shared.Preferences;

namespace Alignment.Data;

/// <summary>Text to ids and truncation of one version of TRL (shared goldens, trajectories, "Conventions").</summary>
internal interface IConvention
{
    /// <summary>The tokens of prompt and answers before truncation.</summary>
    PairTokens Tokenize(ChatText text, PairTrainingRow row);

    /// <summary>Cuts a sequence to the allowed length; null drops the row.</summary>
    EncodedSequence? Truncate(ReadOnlySpan<int> prompt, ReadOnlySpan<int> completion, EncodingRules rules);
}

/// <summary>A pair's tokens before truncation.</summary>
/// <param name="Prompt">what both answers follow</param>
/// <param name="Chosen">completion of the better answer alone</param>
/// <param name="Rejected">completion of the other answer alone</param>
/// <param name="PromptAlone">tokens of the prompt tokenised alone: longer than <paramref name="Prompt"/> where a token spans the boundary</param>
internal sealed record PairTokens(int[] Prompt, int[] Chosen, int[] Rejected, int PromptAlone);

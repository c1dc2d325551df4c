namespace Alignment.Pipeline.Datasets.Freeze;

/// <summary>Why an item is not in a snapshot.</summary>
public static class LeftOutReasons
{
    /// <summary>Nobody has an opinion on it (skips and flags are none).</summary>
    public const string Unlabeled = "unlabeled";

    /// <summary>No side has more than half of the verdicts.</summary>
    public const string Ties = "ties";

    /// <summary>More than half say that both answers are bad.</summary>
    public const string BothBad = "both_bad";

    /// <summary>Another item of the same prompt has the same answers and the other winner.</summary>
    public const string Contradictions = "contradictions";

    /// <summary>Both answers are the same.</summary>
    public const string EqualAnswers = "equal_answers";

    /// <summary>The prompt is in the snapshot already.</summary>
    public const string RepeatedPrompts = "repeated_prompts";

    /// <summary>One side won, and single answers were asked for without <c>--from-pairs</c>.</summary>
    public const string WonPairs = "won_pairs";
}

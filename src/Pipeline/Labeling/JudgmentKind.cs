namespace Alignment.Pipeline.Labeling;

/// <summary>What a judgment is about.</summary>
public enum JudgmentKind
{
    /// <summary>Two answers against each other.</summary>
    Pair,

    /// <summary>One answer on its own.</summary>
    Single,
}

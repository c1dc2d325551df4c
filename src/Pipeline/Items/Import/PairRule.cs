namespace Alignment.Pipeline.Items.Import;

/// <summary>What becomes of a prompt with several answers.</summary>
public enum PairRule
{
    /// <summary>First against second, third against fourth …: every answer in one pair at most.</summary>
    Disjoint,

    /// <summary>Each answer against each other.</summary>
    All,

    /// <summary>No pairs: each answer is a rating.</summary>
    None,
}

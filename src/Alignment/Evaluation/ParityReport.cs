namespace Alignment.Evaluation;

/// <summary>One measured difference from a reference.</summary>
/// <param name="What">what was compared</param>
/// <param name="Difference">the largest one; NaN where a value is none</param>
/// <param name="Limit">the largest that passes</param>
public sealed record ParityCheck(string What, double Difference, double Limit)
{
    /// <summary>Whether the difference is within the limit.</summary>
    public bool Passed => Difference <= Limit;
}

/// <summary>How a model compares with reference values that another implementation computed.</summary>
/// <param name="Checks">in the order of the computation</param>
public sealed record ParityReport(IReadOnlyList<ParityCheck> Checks)
{
    /// <summary>Whether everything is within its limit, and something was compared.</summary>
    public bool Passed => Checks.Count > 0 && Checks.All(c => c.Passed);
}

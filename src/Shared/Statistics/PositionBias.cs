namespace Alignment.Shared.Statistics;

/// <summary>What a judge prefers of two answers as they are shown.</summary>
public enum ShownPreference
{
    /// <summary>The answer shown first.</summary>
    First,

    /// <summary>The answer shown second.</summary>
    Second,

    /// <summary>Neither.</summary>
    Tie,
}

/// <summary>
/// A judge that saw every pair of answers A and B in both orders (MT-bench, Zheng et al. 2023). All are shares, 0 to 1; NaN
/// without pairs.
/// </summary>
/// <param name="Consistency">Pairs whose two judgements name the same answer, or are ties both.</param>
/// <param name="FirstPosition">Judgements for the answer shown first, of all judgements; without bias as many as for the second.</param>
/// <param name="SecondPosition">Judgements for the answer shown second, of all judgements.</param>
/// <param name="FlippedToFirst">Pairs where the answer shown first won both times.</param>
/// <param name="FlippedToSecond">Pairs where the answer shown second won both times.</param>
/// <param name="DebiasedWinRate">A's win rate over both orders; a tie counts one half.</param>
/// <param name="ConservativeWinRate">A's win rate where a pair is a tie unless one answer wins in both orders.</param>
public readonly record struct PositionBias(
    double Consistency, double FirstPosition, double SecondPosition, double FlippedToFirst, double FlippedToSecond, double DebiasedWinRate, double ConservativeWinRate)
{
    /// <summary>Counts judgements of pairs.</summary>
    /// <param name="forward">The judgement of each pair with A shown first.</param>
    /// <param name="backward">The judgement of the same pair with B shown first.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static PositionBias Of(ReadOnlySpan<ShownPreference> forward, ReadOnlySpan<ShownPreference> backward)
    {
        Samples.ThrowUnlessPaired(forward.Length, backward.Length);
        double consistent = 0, flippedToFirst = 0, flippedToSecond = 0, debiased = 0, conservative = 0, pairs = forward.Length;
        for (int i = 0; i < forward.Length; i++)
        {
            double forA = ForA(forward[i], ShownPreference.First), againForA = ForA(backward[i], ShownPreference.Second);
            consistent += forA == againForA ? 1 : 0;
            flippedToFirst += forward[i] == ShownPreference.First && backward[i] == ShownPreference.First ? 1 : 0;
            flippedToSecond += forward[i] == ShownPreference.Second && backward[i] == ShownPreference.Second ? 1 : 0;
            debiased += (forA + againForA) / 2;
            conservative += forA == againForA ? forA : 0.5;
        }

        double first = forward.Count(ShownPreference.First) + backward.Count(ShownPreference.First);
        double second = forward.Count(ShownPreference.Second) + backward.Count(ShownPreference.Second);
        return new(
            consistent / pairs, first / (2 * pairs), second / (2 * pairs), flippedToFirst / pairs, flippedToSecond / pairs, debiased / pairs, conservative / pairs);
    }

    private static double ForA(ShownPreference shown, ShownPreference positionOfA) =>
        shown == ShownPreference.Tie ? 0.5 : shown == positionOfA ? 1 : 0;
}

using Alignment.Pipeline.Labeling;
using Alignment.Shared.Preferences;

namespace Alignment.Pipeline.Projects.Quality;

/// <summary>What a person thinks of an item, as statistics need it.</summary>
/// <param name="ItemId">The item.</param>
/// <param name="Person">The person's id.</param>
/// <param name="Kind">A pair or a single answer.</param>
/// <param name="Category">What it says, as a number of the kind's scale.</param>
/// <param name="Left">Whether the preferred answer stood on the left; null where no side is preferred, or nobody knows where it stood.</param>
/// <param name="Milliseconds">Active time; null where nobody measured.</param>
internal sealed record Opinion(long ItemId, string Person, JudgmentKind Kind, double Category, bool? Left, long? Milliseconds)
{
    private const int Middle = 4;
    private const double BothBad = 3;
    private static readonly double[] OfPairs = [0, 1, 2, BothBad]; // A, tie, B, both bad
    private static readonly double[] OfSingles = [0, 1]; // down, up

    /// <summary>The categories of a kind, rising.</summary>
    public static double[] Scale(JudgmentKind kind) => kind == JudgmentKind.Pair ? OfPairs : OfSingles;

    /// <summary>The opinion of a judgment that has a verdict; a skip or flag has none, null.</summary>
    public static Opinion? Of(Judgment judgment)
    {
        if (!Verdicts.Counts(judgment.Verdict))
        {
            return null;
        }

        int side = Verdicts.Grade(judgment.Verdict) is { } grade ? Math.Sign(grade - Middle) : 0;
        double category = judgment.Kind == JudgmentKind.Single ? (judgment.Verdict == Verdicts.Up ? 1 : 0)
            : judgment.Verdict == Verdicts.BothBad ? BothBad
            : side + 1;
        bool? left = side == 0 || judgment.OrderShown is not (ShownOrder.AB or ShownOrder.BA) ? null : side < 0 == (judgment.OrderShown == ShownOrder.AB);
        return new(judgment.ItemId, judgment.LabelerId, judgment.Kind, category, left, judgment.ActiveMilliseconds);
    }
}

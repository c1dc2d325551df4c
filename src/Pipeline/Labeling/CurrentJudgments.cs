namespace Alignment.Pipeline.Labeling;

/// <summary>The judgments that count: of each chain of revisions the last.</summary>
public static class CurrentJudgments
{
    /// <summary>
    /// Of the judgments of one item the ones that count, oldest first. Two revisions of one judgment (a race of two
    /// browser tabs) belong to one chain, of which the newest row counts.
    /// </summary>
    public static IReadOnlyList<Judgment> Of(IEnumerable<Judgment> judgments)
    {
        Dictionary<long, long> roots = [];
        Dictionary<long, Judgment> last = [];
        foreach (Judgment judgment in judgments.OrderBy(judgment => judgment.Id))
        {
            long root = judgment.RevisesId is { } revised ? roots.GetValueOrDefault(revised, revised) : judgment.Id;
            roots[judgment.Id] = root;
            last[root] = judgment;
        }

        return [.. last.Values.OrderBy(judgment => judgment.Id)];
    }
}

using Alignment.Pipeline.Labeling.Next;
using Alignment.Pipeline.Labeling.Submit;
using Alignment.Pipeline.Storage;
using Microsoft.EntityFrameworkCore;

namespace Alignment.Pipeline.Tests.Labeling;

/// <summary>A project "p" with items to judge, and the two messages that every test of labeling sends.</summary>
internal static class LabelingBench
{
    public static async Task<Bench> WithPairsAsync(int count, TimeProvider? clock = null, int overlap = 1)
    {
        var bench = new Bench(clock: clock);
        await bench.ImportAsync([.. Enumerable.Range(0, count).Select(row => FormattableString.Invariant($$"""{"prompt": "question {{row}}", "answers": ["one {{row}}", "two {{row}}"]}"""))]);
        await using AlignmentDb db = bench.Db();
        await db.Projects.ExecuteUpdateAsync(change => change.SetProperty(project => project.Overlap, overlap), Bench.Token);
        return bench;
    }

    public static Task<IReadOnlyList<LeasedItem>> NextAsync(this Bench bench, string person, int count = 2) => bench.SendAsync(new LeaseNext("p", person, count));

    public static Task<Submitted> SubmitAsync(this Bench bench, string person, LeasedItem item, string verdict, string? key = null, string? comment = null, long? active = null) =>
        bench.SendAsync(new SubmitJudgment(person, item.Token, key ?? Guid.NewGuid().ToString("N"), verdict) { Comment = comment, ActiveMilliseconds = active });
}

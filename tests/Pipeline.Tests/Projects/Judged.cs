using Alignment.Pipeline.Items;
using Alignment.Pipeline.Labeling;
using Alignment.Pipeline.Labeling.Next;
using Alignment.Pipeline.Labeling.Submit;
using Alignment.Pipeline.Projects.Change;
using Alignment.Pipeline.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Alignment.Pipeline.Tests.Projects;

/// <summary>Project "p" with pairs and single answers that people judge through the front door.</summary>
internal static class Judged
{
    /// <summary>Imports unlabeled items and sets the overlap.</summary>
    public static async Task<Bench> WithAsync(int pairs, int singles, int overlap, TimeProvider? clock = null)
    {
        var bench = new Bench(clock: clock);
        await bench.ImportAsync(
        [
            .. Enumerable.Range(0, pairs).Select(row => FormattableString.Invariant($$"""{"prompt": "question {{row}}", "answers": ["one {{row}}", "two {{row}}"]}""")),
            .. Enumerable.Range(0, singles).Select(row => FormattableString.Invariant($$"""{"prompt": "request {{row}}", "answer": "answer {{row}}"}""")),
        ]);
        await bench.SendAsync(new ChangeProject("p") { Overlap = overlap });
        return bench;
    }

    /// <summary>A person judges every item that it gets; the verdict goes by the item's id.</summary>
    public static async Task JudgeAllAsync(Bench bench, string person, Func<LeasedItem, string> verdict, long? milliseconds = null)
    {
        while (await bench.SendAsync(new LeaseNext("p", person, 10)) is { Count: > 0 } leased)
        {
            foreach (LeasedItem item in leased)
            {
                await SubmitAsync(bench, person, item, verdict(item), milliseconds);
            }
        }
    }

    /// <summary>One judgment; a manual clock moves on by the attention that it took.</summary>
    public static Task<Submitted> SubmitAsync(Bench bench, string person, LeasedItem item, string verdict, long? milliseconds = null, string? comment = null)
    {
        if (bench.Services.GetRequiredService<TimeProvider>() is Labeling.ManualClock clock)
        {
            clock.Move(TimeSpan.FromMilliseconds(milliseconds ?? 0));
        }

        return bench.SendAsync(new SubmitJudgment(person, item.Token, Guid.NewGuid().ToString("N"), verdict) { ActiveMilliseconds = milliseconds, Comment = comment });
    }

    /// <summary>The items' ids in the order of their ids.</summary>
    public static async Task<long[]> IdsAsync(Bench bench, ItemKind kind)
    {
        await using AlignmentDb db = bench.Db();
        return await db.Items.Where(item => item.Kind == kind).OrderBy(item => item.Id).Select(item => item.Id).ToArrayAsync(Bench.Token);
    }

    /// <summary>The verdict that prefers the answer shown on a side.</summary>
    public static string Side(LeasedItem item, bool left) => left == (item.Order == ShownOrder.AB) ? "2" : "6";
}

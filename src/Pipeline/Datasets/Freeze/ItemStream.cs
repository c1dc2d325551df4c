using System.Runtime.CompilerServices;
using Alignment.Pipeline.Items;
using Alignment.Pipeline.Labeling;
using Alignment.Pipeline.Storage;
using Microsoft.EntityFrameworkCore;

namespace Alignment.Pipeline.Datasets.Freeze;

/// <summary>
/// The items of a project in order of their content's hash, with their labels, page by page: the same content gives the
/// same order in every database, and what is written meanwhile is not seen, because rows are only ever added.
/// </summary>
internal sealed class ItemStream(AlignmentDb db, int projectId, IReadOnlyCollection<ItemKind> kinds, long lastItemId, long lastJudgmentId)
{
    private const int PageSize = 500;

    /// <summary>A stream of what the database holds now.</summary>
    public static async Task<ItemStream> OpenAsync(AlignmentDb db, int projectId, IReadOnlyCollection<ItemKind> kinds, CancellationToken cancellationToken) => new(
        db,
        projectId,
        kinds,
        await db.Items.MaxAsync(item => (long?)item.Id, cancellationToken) ?? 0,
        await db.Judgments.MaxAsync(judgment => (long?)judgment.Id, cancellationToken) ?? 0);

    /// <summary>The newest judgment that is seen.</summary>
    public long LastJudgmentId { get; } = lastJudgmentId;

    /// <summary>Reads from the beginning; may be called again.</summary>
    public async IAsyncEnumerable<LabeledItem> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string last = "";
        while (true)
        {
            List<Item> page = await db.Items.AsNoTracking()
                .Where(item => item.ProjectId == projectId && item.Id <= lastItemId && kinds.Contains(item.Kind) && string.Compare(item.ContentHash, last) > 0)
                .OrderBy(item => item.ContentHash)
                .Take(PageSize)
                .ToListAsync(cancellationToken);
            if (page.Count == 0)
            {
                yield break;
            }

            long[] ids = [.. page.Select(item => item.Id)];
            ILookup<long, Judgment> judgments = (await db.Judgments.AsNoTracking()
                .Where(judgment => ids.Contains(judgment.ItemId) && judgment.Id <= LastJudgmentId)
                .ToListAsync(cancellationToken)).ToLookup(judgment => judgment.ItemId);
            foreach (Item item in page)
            {
                yield return new(item, CurrentJudgments.Of(judgments[item.Id]));
            }

            last = page[^1].ContentHash;
        }
    }
}

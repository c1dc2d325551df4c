using Alignment.Pipeline.Labeling.Submit;
using Alignment.Pipeline.Storage;
using Alignment.Shared;
using Microsoft.EntityFrameworkCore;

namespace Alignment.Pipeline.Labeling;

/// <summary>How a person's press finds what it is about, and how it is known when it comes again.</summary>
internal static class PersonsWork
{
    /// <summary>The key of a judgment: two people may make the same key for a press.</summary>
    public static string Key(string annotatorId, string idempotencyKey) => $"{annotatorId}/{idempotencyKey}";

    /// <summary>The answer to a press that was stored before; null for a new one.</summary>
    public static async Task<Submitted?> StoredAsync(AlignmentDb db, string key, CancellationToken cancellationToken) =>
        await db.Judgments.AsNoTracking().SingleOrDefaultAsync(judgment => judgment.IdempotencyKey == key, cancellationToken) is { } stored
            ? new(stored.Id, stored.ItemId, stored.Surplus, Repeated: true)
            : null;

    /// <summary>The assignment of a lease, with its item and its last judgment.</summary>
    /// <exception cref="UserError">There is none of this person.</exception>
    public static async Task<Assignment> GetAsync(AlignmentDb db, string annotatorId, string token, CancellationToken cancellationToken) =>
        await WithItem(db).SingleOrDefaultAsync(row => row.Token == token && row.AnnotatorId == annotatorId, cancellationToken)
        ?? throw new UserError("this item was not given to you: reload the page");

    /// <summary>The assignment whose last judgment a person names, with its item and that judgment.</summary>
    /// <exception cref="UserError">There is none of this person, or it was changed since.</exception>
    public static async Task<Assignment> OfJudgmentAsync(AlignmentDb db, string annotatorId, long judgmentId, CancellationToken cancellationToken) =>
        await WithItem(db).SingleOrDefaultAsync(
            row => row.JudgmentId == judgmentId && row.AnnotatorId == annotatorId && row.State != AssignmentState.Open, cancellationToken)
        ?? throw new UserError("this is not your last judgment of the item (changed or undone elsewhere?): open your judgments again");

    private static IQueryable<Assignment> WithItem(AlignmentDb db) =>
        db.Assignments.Include(row => row.Item).ThenInclude(item => item!.Project).Include(row => row.Judgment);
}

using Alignment.Pipeline.Items;
using Alignment.Pipeline.Storage;
using Alignment.Shared;
using Alignment.Shared.Preferences;

namespace Alignment.Pipeline.Labeling;

/// <summary>What a person says about an item.</summary>
/// <param name="Key">The judgment's idempotency key, with the person in it.</param>
/// <param name="Verdict">About the stored answers A and B.</param>
/// <param name="Comment">A remark; null without.</param>
/// <param name="ActiveMilliseconds">Milliseconds of attention; null where nobody measured.</param>
internal sealed record Said(string Key, string Verdict, string? Comment, long? ActiveMilliseconds);

/// <summary>Adds a person's judgment to its work on an item: the first one, or a revision inside the window.</summary>
internal sealed class JudgmentWriter(Places places, ChangeWindow window, TimeProvider clock)
{
    /// <summary>Adds the judgment in the context's transaction and moves the assignment with it.</summary>
    /// <param name="db">The context, in its transaction.</param>
    /// <param name="assignment">The person's work, with its item and its last judgment.</param>
    /// <param name="said">What the person says.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="UserError">The verdict is none on such an item, or the window is over.</exception>
    public async Task<Judgment> AddAsync(AlignmentDb db, Assignment assignment, Said said, CancellationToken cancellationToken)
    {
        bool isPair = assignment.Item!.Kind == ItemKind.Pair;
        if (!(isPair ? Verdicts.OfPairs : Verdicts.OfSingles).Contains(said.Verdict))
        {
            throw new UserError($"'{said.Verdict}' is no verdict on {(isPair ? "a pair" : "a single answer")}");
        }

        await window.RequireOpenAsync(db, assignment, cancellationToken);
        DateTime now = clock.GetUtcNow().UtcDateTime;
        long? active = ActiveTime.Cap(said.ActiveMilliseconds, assignment, now);
        assignment.State = await places.MoveAsync(db, assignment, Verdicts.Counts(said.Verdict), cancellationToken);
        var judgment = new Judgment
        {
            ItemId = assignment.ItemId,
            Kind = isPair ? JudgmentKind.Pair : JudgmentKind.Single,
            Verdict = said.Verdict,
            LabelerKind = LabelerKind.Person,
            LabelerId = assignment.AnnotatorId,
            OrderShown = assignment.Order,
            ActiveMilliseconds = active,
            Comment = string.IsNullOrWhiteSpace(said.Comment) ? null : said.Comment.Trim(),
            Surplus = assignment.State == AssignmentState.Surplus,
            IdempotencyKey = said.Key,
            RevisesId = assignment.JudgmentId,
            CreatedAt = now,
        };
        db.Judgments.Add(judgment);
        await db.SaveChangesAsync(cancellationToken);
        assignment.JudgmentId = judgment.Id;
        return judgment;
    }
}

using Alignment.Pipeline.Storage;
using Microsoft.EntityFrameworkCore;

namespace Alignment.Pipeline.Labeling;

/// <summary>
/// The places of an item: as many judgments of people count as the project's overlap says. Taken and given back by
/// updates that only do something while their condition holds, in the transaction that writes the judgment.
/// </summary>
internal sealed class Places
{
    /// <summary>Takes or gives back the place that an assignment's next judgment needs.</summary>
    /// <param name="db">The context, in its transaction.</param>
    /// <param name="assignment">The person's work on the item, as it was until now.</param>
    /// <param name="counts">Whether the next judgment is an opinion, which needs a place.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>What the assignment is with the next judgment.</returns>
    public async Task<AssignmentState> MoveAsync(AlignmentDb db, Assignment assignment, bool counts, CancellationToken cancellationToken)
    {
        if (!counts)
        {
            await GiveBackAsync(db, assignment, cancellationToken);
            return AssignmentState.Passed;
        }

        return assignment.State == AssignmentState.Judged || await TakeAsync(db, assignment.ItemId, cancellationToken) ? AssignmentState.Judged : AssignmentState.Surplus;
    }

    /// <summary>Gives back the place that an assignment has, if it has one.</summary>
    public async Task GiveBackAsync(AlignmentDb db, Assignment assignment, CancellationToken cancellationToken)
    {
        if (assignment.State == AssignmentState.Judged)
        {
            await db.Items.Where(item => item.Id == assignment.ItemId)
                .ExecuteUpdateAsync(change => change.SetProperty(item => item.PlacesTaken, item => item.PlacesTaken - 1), cancellationToken);
        }
    }

    private static async Task<bool> TakeAsync(AlignmentDb db, long itemId, CancellationToken cancellationToken) =>
        await db.Items.Where(item => item.Id == itemId && item.PlacesTaken < item.Project!.Overlap)
            .ExecuteUpdateAsync(change => change.SetProperty(item => item.PlacesTaken, item => item.PlacesTaken + 1), cancellationToken) == 1;
}

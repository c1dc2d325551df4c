using System.Security.Cryptography;
using System.Text;
using Alignment.Pipeline.Items;
using Alignment.Pipeline.Projects;
using Alignment.Pipeline.Storage;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Alignment.Pipeline.Labeling.Next;

internal sealed class LeaseNextHandler(Transactions transactions, TimeProvider clock) : IRequestHandler<LeaseNext, IReadOnlyList<LeasedItem>>
{
    public Task<IReadOnlyList<LeasedItem>> Handle(LeaseNext request, CancellationToken cancellationToken) =>
        transactions.RunAsync((db, token) => LeaseAsync(db, request, token), cancellationToken);

    private async Task<IReadOnlyList<LeasedItem>> LeaseAsync(AlignmentDb db, LeaseNext request, CancellationToken cancellationToken)
    {
        Project project = await ProjectNames.GetAsync(db, request.Project, cancellationToken);
        DateTime now = clock.GetUtcNow().UtcDateTime;
        List<Assignment> leased = await OpenAsync(db, project, request, now, cancellationToken);
        foreach (Item item in await FreeAsync(db, project, request, request.Count - leased.Count, now, cancellationToken))
        {
            var assignment = new Assignment
            {
                ItemId = item.Id,
                Item = item,
                AnnotatorId = request.AnnotatorId,
                Token = LeaseToken.Make(now),
                Order = item.Kind == ItemKind.Pair ? OrderFor(request.AnnotatorId, item) : null,
                State = AssignmentState.Open,
                ExpiresAt = now + Assignment.Lease,
            };
            db.Assignments.Add(assignment);
            leased.Add(assignment);
        }

        return [.. leased.Select(Shown)];
    }

    // What is open to the person already, its lease renewed.
    private static async Task<List<Assignment>> OpenAsync(AlignmentDb db, Project project, LeaseNext request, DateTime now, CancellationToken cancellationToken)
    {
        IQueryable<Item> items = db.Items.OfKind(request.Kind).Where(item => item.ProjectId == project.Id);
        List<Assignment> open = await db.Assignments.Include(assignment => assignment.Item)
            .StillOpenTo(request.AnnotatorId, now)
            .Where(assignment => items.Any(item => item.Id == assignment.ItemId))
            .OrderBy(assignment => assignment.Id)
            .Take(request.Count)
            .ToListAsync(cancellationToken);
        foreach (Assignment assignment in open)
        {
            assignment.ExpiresAt = now + Assignment.Lease;
        }

        return open;
    }

    private static Task<List<Item>> FreeAsync(AlignmentDb db, Project project, LeaseNext request, int count, DateTime now, CancellationToken cancellationToken) => db.Items
        .Where(item => item.ProjectId == project.Id)
        .ForPeople()
        .OfKind(request.Kind)
        .Where(item => item.Assignments.All(assignment => assignment.AnnotatorId != request.AnnotatorId))
        .WithRoomFor(request.AnnotatorId, now)
        .OrderBy(item => item.ContentHash)
        .Take(count)
        .ToListAsync(cancellationToken);

    // Decided by who and what, so that a reload shows the same order, and left and right are even over items and people.
    private static ShownOrder OrderFor(string annotator, Item item) =>
        (SHA256.HashData(Encoding.UTF8.GetBytes(annotator + "\n" + item.ContentHash))[0] & 1) == 0 ? ShownOrder.AB : ShownOrder.BA;

    private static LeasedItem Shown(Assignment assignment)
    {
        Item item = assignment.Item!;
        (string first, string? second) = assignment.Answers();
        return new(
            assignment.Token, item.Id, item.Kind == ItemKind.Pair ? JudgmentKind.Pair : JudgmentKind.Single, item.Prompt, first, second, assignment.Order, assignment.ExpiresAt);
    }
}

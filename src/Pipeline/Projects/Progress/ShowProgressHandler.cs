using Alignment.Pipeline.Items;
using Alignment.Pipeline.Items.Import;
using Alignment.Pipeline.Labeling;
using Alignment.Pipeline.Storage;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Alignment.Pipeline.Projects.Progress;

internal sealed class ShowProgressHandler(IDbContextFactory<AlignmentDb> contexts) : IRequestHandler<ShowProgress, ProjectProgress>
{
    public async Task<ProjectProgress> Handle(ShowProgress request, CancellationToken cancellationToken)
    {
        await using AlignmentDb db = await contexts.CreateDbContextAsync(cancellationToken);
        Project project = await ProjectNames.GetAsync(db, request.Project, cancellationToken);
        int all = await db.Items.CountAsync(item => item.ProjectId == project.Id && (item.Kind == ItemKind.Pair || item.Kind == ItemKind.Single), cancellationToken);
        IQueryable<long> labeled = db.Judgments.OfProject(db, project.Id)
            .Where(judgment => judgment.LabelerKind != LabelerKind.Judge && judgment.LabelerId == BatchWriter.Labeler)
            .Select(judgment => judgment.ItemId)
            .Distinct();
        int byFiles = await labeled.CountAsync(cancellationToken);

        // As many places of an item are taken as people have judged it; the rows that say who are short.
        Dictionary<int, int> places = await db.Assignments.OfProject(db, project.Id)
            .Where(assignment => assignment.State == AssignmentState.Judged && !labeled.Contains(assignment.ItemId))
            .GroupBy(assignment => assignment.ItemId)
            .Select(item => item.Count())
            .GroupBy(taken => taken)
            .Select(group => new { Taken = group.Key, Count = group.Count() })
            .ToDictionaryAsync(row => row.Taken, row => row.Count, cancellationToken);
        int none = all - byFiles - places.Values.Sum();
        if (none > 0)
        {
            places.Add(0, none);
        }

        return new(project.Overlap, new SortedDictionary<int, int>(places), byFiles);
    }
}

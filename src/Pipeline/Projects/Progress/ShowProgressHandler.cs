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
        IQueryable<Item> items = db.Items.Where(item => item.ProjectId == project.Id && (item.Kind == ItemKind.Pair || item.Kind == ItemKind.Single));
        int all = await items.CountAsync(cancellationToken);
        Dictionary<int, int> places = await items
            .Where(item => item.Judgments.All(judgment => judgment.LabelerKind == LabelerKind.Judge || judgment.LabelerId != BatchWriter.Labeler))
            .GroupBy(item => item.PlacesTaken)
            .ToDictionaryAsync(group => group.Key, group => group.Count(), cancellationToken);
        return new(project.Overlap, new SortedDictionary<int, int>(places), all - places.Values.Sum());
    }
}

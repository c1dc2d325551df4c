using Alignment.Pipeline.Items;
using Alignment.Pipeline.Projects;
using Alignment.Pipeline.Storage;
using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Alignment.Pipeline.Labeling.Progress;

internal sealed class MyProgressValidator : AbstractValidator<MyProgress>
{
    public MyProgressValidator()
    {
        RuleFor(message => message.AnnotatorId).NotEmpty().WithMessage("progress belongs to a person: sign in first");
        RuleFor(message => message.Project!).ProjectName().When(message => message.Project is not null);
    }
}

internal sealed class MyProgressHandler(IDbContextFactory<AlignmentDb> contexts, TimeProvider clock) : IRequestHandler<MyProgress, IReadOnlyList<ProjectProgress>>
{
    // The median follows how somebody works now, not how it worked in the first week.
    private const int Recent = 200;

    public async Task<IReadOnlyList<ProjectProgress>> Handle(MyProgress request, CancellationToken cancellationToken)
    {
        await using AlignmentDb db = await contexts.CreateDbContextAsync(cancellationToken);
        List<Project> projects = request.Project is { } name
            ? [await ProjectNames.GetAsync(db, name, cancellationToken)]
            : await db.Projects.AsNoTracking().OrderBy(project => project.Name).ToListAsync(cancellationToken);
        List<ProjectProgress> all = [];
        foreach (Project project in projects)
        {
            all.Add(await OfAsync(db, project, request.AnnotatorId, cancellationToken));
        }

        return all;
    }

    private async Task<ProjectProgress> OfAsync(AlignmentDb db, Project project, string annotator, CancellationToken cancellationToken)
    {
        DateTime now = clock.GetUtcNow().UtcDateTime;
        IQueryable<Item> items = db.Items.Where(item => item.ProjectId == project.Id).ForPeople();
        IQueryable<Item> left = items.Where(item => item.PlacesTaken < project.Overlap);
        IQueryable<Item> mine = left.NotDoneBy(annotator);
        Dictionary<ItemKind, int> open = await mine.WithRoomFor(annotator, now)
            .GroupBy(item => item.Kind)
            .Select(group => new { group.Key, Count = group.Count() })
            .ToDictionaryAsync(row => row.Key, row => row.Count, cancellationToken);
        IQueryable<Judgment> done = db.Assignments
            .Where(row => row.AnnotatorId == annotator && (row.State == AssignmentState.Judged || row.State == AssignmentState.Surplus) && row.Item!.ProjectId == project.Id)
            .Select(row => row.Judgment!);
        long[] active = await done.Where(judgment => judgment.ActiveMilliseconds != null)
            .OrderByDescending(judgment => judgment.Id)
            .Take(Recent)
            .Select(judgment => judgment.ActiveMilliseconds!.Value)
            .ToArrayAsync(cancellationToken);
        Array.Sort(active);
        int openPairs = open.GetValueOrDefault(ItemKind.Pair), openSingles = open.GetValueOrDefault(ItemKind.Single);
        return new(project.Name)
        {
            Items = await items.CountAsync(cancellationToken),
            OpenPairs = openPairs,
            OpenSingles = openSingles,
            Held = await mine.CountAsync(cancellationToken) - openPairs - openSingles,
            Left = await left.CountAsync(cancellationToken),
            DoneToday = await done.CountAsync(judgment => judgment.CreatedAt >= now.Date, cancellationToken),
            DoneInAll = await done.CountAsync(cancellationToken),
            MedianActiveMilliseconds = active.Length == 0 ? null : active[(active.Length - 1) / 2],
        };
    }
}

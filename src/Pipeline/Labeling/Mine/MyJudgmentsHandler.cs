using Alignment.Pipeline.Projects;
using Alignment.Pipeline.Storage;
using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Alignment.Pipeline.Labeling.Mine;

internal sealed class MyJudgmentsValidator : AbstractValidator<MyJudgments>
{
    private const int Most = 200;

    public MyJudgmentsValidator()
    {
        RuleFor(message => message.AnnotatorId).NotEmpty().WithMessage("judgments belong to a person: sign in first");
        RuleFor(message => message.Count).InclusiveBetween(1, Most).WithMessage(FormattableString.Invariant($"a page has 1 to {Most} judgments"));
        RuleFor(message => message.Project!).ProjectName().When(message => message.Project is not null);
    }
}

internal sealed class MyJudgmentsHandler(IDbContextFactory<AlignmentDb> contexts, OwnJudgments own) : IRequestHandler<MyJudgments, JudgmentPage>
{
    public async Task<JudgmentPage> Handle(MyJudgments request, CancellationToken cancellationToken)
    {
        await using AlignmentDb db = await contexts.CreateDbContextAsync(cancellationToken);
        IQueryable<Assignment> done = db.Assignments.AsNoTracking().Where(row => row.AnnotatorId == request.AnnotatorId && row.State != AssignmentState.Open && row.JudgmentId != null);
        if (request.Project is { } name)
        {
            Project project = await ProjectNames.GetAsync(db, name, cancellationToken);
            done = done.Where(row => row.Item!.ProjectId == project.Id);
        }

        List<Assignment> rows = await done.Where(row => request.Before == null || row.JudgmentId < request.Before)
            .OrderByDescending(row => row.JudgmentId)
            .Take(request.Count + 1)
            .Include(row => row.Judgment)
            .Include(row => row.Item).ThenInclude(item => item!.Project)
            .ToListAsync(cancellationToken);
        List<Assignment> page = [.. rows.Take(request.Count)];
        return new(await own.OfAsync(db, page, cancellationToken), rows.Count > request.Count ? page[^1].JudgmentId : null);
    }
}

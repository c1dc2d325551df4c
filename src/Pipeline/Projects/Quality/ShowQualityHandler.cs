using Alignment.Pipeline.Labeling;
using Alignment.Pipeline.Storage;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Alignment.Pipeline.Projects.Quality;

internal sealed class ShowQualityHandler(IDbContextFactory<AlignmentDb> contexts) : IRequestHandler<ShowQuality, ProjectQuality>
{
    public async Task<ProjectQuality> Handle(ShowQuality request, CancellationToken cancellationToken)
    {
        await using AlignmentDb db = await contexts.CreateDbContextAsync(cancellationToken);
        Project project = await ProjectNames.GetAsync(db, request.Project, cancellationToken);
        List<Judgment> judgments = await JudgmentsAsync(db, project.Id, cancellationToken);
        HashSet<long> undone = [.. await db.Assignments.OfProject(db, project.Id)
            .Where(assignment => assignment.State == AssignmentState.Open && assignment.JudgmentId != null)
            .Select(assignment => assignment.JudgmentId!.Value)
            .ToListAsync(cancellationToken)];
        Judgment[] current = [.. CurrentJudgments.Of(judgments).Where(judgment => judgment.LabelerKind == LabelerKind.Person && !undone.Contains(judgment.Id))];
        return QualityFigures.Of(current, await NamesAsync(db, current, cancellationToken));
    }

    // Revisions of what people said, and what they revise: an import that says later that people made its labels. No texts.
    private static Task<List<Judgment>> JudgmentsAsync(AlignmentDb db, int projectId, CancellationToken cancellationToken) => db.Judgments.AsNoTracking().OfProject(db, projectId)
        .Where(judgment => judgment.LabelerKind != LabelerKind.Judge)
        .Select(judgment => new Judgment
        {
            Id = judgment.Id,
            ItemId = judgment.ItemId,
            Kind = judgment.Kind,
            Verdict = judgment.Verdict,
            LabelerKind = judgment.LabelerKind,
            LabelerId = judgment.LabelerId,
            OrderShown = judgment.OrderShown,
            ActiveMilliseconds = judgment.ActiveMilliseconds,
            Surplus = judgment.Surplus,
            IdempotencyKey = "",
            RevisesId = judgment.RevisesId,
            CreatedAt = judgment.CreatedAt,
        })
        .ToListAsync(cancellationToken);

    private static async Task<Dictionary<string, string>> NamesAsync(AlignmentDb db, Judgment[] current, CancellationToken cancellationToken)
    {
        string[] ids = [.. current.Select(judgment => judgment.LabelerId).Distinct()];
        return await db.Users.Where(person => ids.Contains(person.Id)).ToDictionaryAsync(person => person.Id, person => person.UserName!, cancellationToken);
    }
}

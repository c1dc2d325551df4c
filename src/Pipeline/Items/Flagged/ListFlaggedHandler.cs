using Alignment.Pipeline.Labeling;
using Alignment.Pipeline.Projects;
using Alignment.Pipeline.Storage;
using Alignment.Shared.Preferences;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Alignment.Pipeline.Items.Flagged;

internal sealed class ListFlaggedHandler(IDbContextFactory<AlignmentDb> contexts) : IRequestHandler<ListFlagged, FlaggedItems>
{
    public async Task<FlaggedItems> Handle(ListFlagged request, CancellationToken cancellationToken)
    {
        await using AlignmentDb db = await contexts.CreateDbContextAsync(cancellationToken);
        Project project = await ProjectNames.GetAsync(db, request.Project, cancellationToken);
        IQueryable<long> ever = db.Judgments.OfProject(db, project.Id).Where(judgment => judgment.Verdict == Verdicts.Flag).Select(judgment => judgment.ItemId).Distinct();
        List<Judgment> judgments = await db.Judgments.AsNoTracking().Where(judgment => ever.Contains(judgment.ItemId)).ToListAsync(cancellationToken);
        Judgment[] flags = [.. CurrentJudgments.Of(judgments).Where(judgment => judgment.Verdict == Verdicts.Flag).OrderByDescending(judgment => judgment.Id)];
        Judgment[] shown = [.. flags.Take(ListFlagged.MaxFlags)];
        string[] ids = [.. shown.Select(judgment => judgment.LabelerId).Distinct()];
        Dictionary<string, string> names = await db.Users.Where(person => ids.Contains(person.Id)).ToDictionaryAsync(person => person.Id, person => person.UserName!, cancellationToken);
        return new(
            [.. shown.Select(flag => new Flag(
                flag.ItemId, flag.Kind.ToString().ToLowerInvariant(), names.GetValueOrDefault(flag.LabelerId) ?? flag.LabelerId, flag.Comment ?? "", flag.CreatedAt))],
            flags.Length);
    }
}

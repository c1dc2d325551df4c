using Alignment.Pipeline.Storage;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Alignment.Pipeline.Runs.List;

internal sealed class ListRunsHandler(IDbContextFactory<AlignmentDb> contexts) : IRequestHandler<ListRuns, IReadOnlyList<RunSummary>>
{
    public async Task<IReadOnlyList<RunSummary>> Handle(ListRuns request, CancellationToken cancellationToken)
    {
        await using AlignmentDb db = await contexts.CreateDbContextAsync(cancellationToken);
        List<Run> runs = await db.Runs.AsNoTracking().OrderByDescending(run => run.CreatedAt).ThenByDescending(run => run.Id).ToListAsync(cancellationToken);
        return [.. runs.Select(run => RunSummaries.Of(run, runs))];
    }
}

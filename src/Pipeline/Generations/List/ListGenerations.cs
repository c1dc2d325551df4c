using Alignment.Pipeline.People;
using Alignment.Pipeline.Storage;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Alignment.Pipeline.Generations.List;

/// <summary>The newest jobs, up to a limit.</summary>
[Needs(Role.Engineer)]
public sealed record ListGenerations : IRequest<IReadOnlyList<GenerationSummary>>;

internal sealed class ListGenerationsHandler(IDbContextFactory<AlignmentDb> contexts) : IRequestHandler<ListGenerations, IReadOnlyList<GenerationSummary>>
{
    private const int MostJobs = 50;

    public async Task<IReadOnlyList<GenerationSummary>> Handle(ListGenerations request, CancellationToken cancellationToken)
    {
        await using AlignmentDb db = await contexts.CreateDbContextAsync(cancellationToken);
        return await GenerationSummary.Of(db.Generations.OrderByDescending(job => job.Id).Take(MostJobs)).ToListAsync(cancellationToken);
    }
}

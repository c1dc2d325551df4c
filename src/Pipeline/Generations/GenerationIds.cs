using Alignment.Shared;
using Microsoft.EntityFrameworkCore;

namespace Alignment.Pipeline.Generations;

/// <summary>Jobs by their numbers.</summary>
internal static class GenerationIds
{
    /// <summary>The job of a number.</summary>
    /// <exception cref="UserError">There is none.</exception>
    public static async Task<GenerationJob> GetAsync(IQueryable<GenerationJob> jobs, int id, CancellationToken cancellationToken) =>
        await jobs.SingleOrDefaultAsync(job => job.Id == id, cancellationToken) ?? throw new UserError(FormattableString.Invariant($"there is no job {id}; reload the page"));
}

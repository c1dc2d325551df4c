using Alignment.Shared;
using FluentValidation;
using Microsoft.EntityFrameworkCore;

namespace Alignment.Pipeline.Runs;

/// <summary>Runs by their ids, which are names of folders.</summary>
internal static class RunIds
{
    /// <summary>The rule of a run's id: one name of a folder, nothing that leads elsewhere.</summary>
    public static IRuleBuilderOptions<T, string> RunId<T>(this IRuleBuilder<T, string> rule) => rule
        .Must(id => id is { Length: > 0 and <= 200 } && id[0] != '.' && id == Path.GetFileName(id))
        .WithMessage("a run is named by its id, as the list of runs shows it");

    /// <summary>The run of an id.</summary>
    /// <exception cref="UserError">There is none.</exception>
    public static async Task<Run> GetAsync(IQueryable<Run> runs, string id, CancellationToken cancellationToken) =>
        await runs.SingleOrDefaultAsync(run => run.Id == id, cancellationToken) ?? throw new UserError($"there is no run '{id}'; its folder may have been removed");
}

using Alignment.Shared;
using Microsoft.EntityFrameworkCore;

namespace Alignment.Pipeline.Labeling;

/// <summary>How a person's press finds what it is about, and how it is known when it comes again.</summary>
internal static class PersonsWork
{
    /// <summary>The key of a judgment: two people may make the same key for a press.</summary>
    public static string Key(string annotatorId, string idempotencyKey) => $"{annotatorId}/{idempotencyKey}";

    /// <summary>The assignment of a lease.</summary>
    /// <exception cref="UserError">There is none of this person.</exception>
    public static async Task<Assignment> GetAsync(IQueryable<Assignment> assignments, string annotatorId, string token, CancellationToken cancellationToken) =>
        await assignments.SingleOrDefaultAsync(row => row.Token == token && row.AnnotatorId == annotatorId, cancellationToken)
        ?? throw new UserError("this item was not given to you: reload the page");
}

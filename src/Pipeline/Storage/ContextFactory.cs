using Microsoft.EntityFrameworkCore;

namespace Alignment.Pipeline.Storage;

/// <summary>Hands out a provider's contexts under the name that handlers know.</summary>
internal sealed class ContextFactory<TContext>(IDbContextFactory<TContext> contexts) : IDbContextFactory<AlignmentDb>
    where TContext : AlignmentDb
{
    public AlignmentDb CreateDbContext() => contexts.CreateDbContext();
}

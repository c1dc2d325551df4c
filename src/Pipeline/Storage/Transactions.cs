using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.Logging;

namespace Alignment.Pipeline.Storage;

/// <summary>
/// Writing that looks first and adds then. On SQLite the transaction takes the write lock when it begins, so what it saw
/// stays true; on a provider where two writers can look at the same time, the one that loses the race for a unique key
/// looks again.
/// </summary>
public sealed class Transactions(IDbContextFactory<AlignmentDb> contexts, ILogger<Transactions> logger)
{
    private const int Attempts = 3;

    /// <summary>
    /// Runs <paramref name="work"/> on a fresh context in one transaction, saves and commits. The work may run again, so it
    /// must not change anything but the context.
    /// </summary>
    public async Task<T> RunAsync<T>(Func<AlignmentDb, CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                await using AlignmentDb db = await contexts.CreateDbContextAsync(cancellationToken);
                await using IDbContextTransaction transaction = await db.Database.BeginTransactionAsync(cancellationToken);
                T result = await work(db, cancellationToken);
                await db.SaveChangesAsync(cancellationToken);
                await transaction.CommitAsync(cancellationToken);
                return result;
            }
            catch (DbUpdateException) when (attempt < Attempts)
            {
                LogMessages.WriteRepeated(logger, attempt);
            }
        }
    }
}

using Alignment.Shared;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace Alignment.Pipeline.Storage.Sqlite;

/// <summary>Makes and migrates the SQLite file of a data folder.</summary>
internal sealed class SqliteStartup(IDbContextFactory<AlignmentDb> contexts, DataFolder folder) : IDatabaseStartup
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    /// <inheritdoc/>
    public async Task OpenAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            Directory.CreateDirectory(folder.Root);
            if (await IsCurrentAsync(cancellationToken))
            {
                return;
            }

            await using FileStream _ = await LockAsync(cancellationToken);
            if (!await IsCurrentAsync(cancellationToken))
            {
                await MigrateAsync(cancellationToken);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserError($"data folder {folder.Root}: cannot be written ({e.Message}); name another with --data-dir or {DataFolder.Variable}", ExitCodes.Failed, e);
        }
        catch (SqliteException e) when (SqliteErrors.Of(e, folder) is { } mendable)
        {
            throw mendable;
        }
    }

    private async Task<bool> IsCurrentAsync(CancellationToken cancellationToken)
    {
        if (!File.Exists(folder.Database))
        {
            return false;
        }

        await using AlignmentDb db = await contexts.CreateDbContextAsync(cancellationToken);
        string[] applied = [.. await db.Database.GetAppliedMigrationsAsync(cancellationToken)];
        string[] known = [.. db.Database.GetMigrations()];
        string[] unknown = [.. applied.Except(known)];
        return unknown.Length == 0
            ? applied.Length == known.Length
            : throw new UserError($"database {folder.Database}: made by a newer version (migration {unknown[0]}); update this program or name another --data-dir", ExitCodes.Failed);
    }

    /// <summary>
    /// The provider's own migration lock is a row that a killed process leaves behind for ever. Under our lock, which the
    /// system releases with the process, nobody else migrates, so a row that is there is such a leftover. The provider sets
    /// write-ahead logging only on a file that it makes, and a kill may have left an empty one.
    /// </summary>
    private async Task MigrateAsync(CancellationToken cancellationToken)
    {
        await using AlignmentDb db = await contexts.CreateDbContextAsync(cancellationToken);
        if (File.Exists(folder.Database))
        {
            await db.Database.ExecuteSqlRawAsync("PRAGMA journal_mode=WAL", cancellationToken);
            await db.Database.ExecuteSqlRawAsync("DROP TABLE IF EXISTS \"__EFMigrationsLock\"", cancellationToken);
        }

        await db.Database.MigrateAsync(cancellationToken);
    }

    private async Task<FileStream> LockAsync(CancellationToken cancellationToken)
    {
        string path = folder.Database + ".migrating";
        for (TimeSpan waited = TimeSpan.Zero; ; waited += Pause)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (waited < Patience)
            {
                await Task.Delay(Pause, cancellationToken);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new UserError($"{path}: cannot be locked ({e.Message}); another process has been migrating for {Patience.TotalMinutes} minutes, or the folder cannot be written", ExitCodes.Failed, e);
            }
        }
    }
}

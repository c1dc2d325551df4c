using Alignment.Shared;
using Microsoft.Data.Sqlite;

namespace Alignment.Pipeline.Storage.Sqlite;

/// <summary>What SQLite reports and the user can mend, in words.</summary>
internal static class SqliteErrors
{
    private static readonly Dictionary<int, string> Mendable = new()
    {
        [5] = "another process has been writing to it for too long; wait for it or end it",
        [6] = "another process has been writing to it for too long; wait for it or end it",
        [8] = "it cannot be written; check the folder's permissions",
        [10] = "reading or writing the disk failed; check the disk and its free space",
        [11] = "it is damaged; restore it from a backup",
        [13] = "the disk is full; free some space and run the same command again",
        [14] = "it cannot be opened; check the folder and its permissions",
        [26] = "it is no SQLite database; name another --data-dir",
    };

    /// <summary>The error to show for an exception of the database; null when it is none that the user can mend.</summary>
    public static UserError? Of(Exception exception, DataFolder folder)
    {
        for (Exception? e = exception; e is not null; e = e.InnerException)
        {
            if (e is SqliteException sqlite && Mendable.TryGetValue(sqlite.SqliteErrorCode, out string? reason))
            {
                return new UserError(FormattableString.Invariant($"database {folder.Database}: {reason} (SQLite error {sqlite.SqliteErrorCode})"), ExitCodes.Failed, exception);
            }
        }

        return null;
    }
}

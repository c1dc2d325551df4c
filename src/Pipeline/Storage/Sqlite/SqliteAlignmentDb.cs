using Microsoft.EntityFrameworkCore;

namespace Alignment.Pipeline.Storage.Sqlite;

/// <summary>The database in one SQLite file; its migrations lie in <c>Storage/Migrations/Sqlite</c>.</summary>
public sealed class SqliteAlignmentDb(DbContextOptions<SqliteAlignmentDb> options) : AlignmentDb(options)
{
    /// <summary>
    /// The options of a file. The provider itself waits for a locked database up to the command timeout, hence
    /// <c>Default Timeout</c>. A list in a query travels as one JSON parameter: SQLite takes no more than 32,766.
    /// </summary>
    /// <param name="builder">What to fill.</param>
    /// <param name="file">The database file.</param>
    public static void Configure(DbContextOptionsBuilder builder, string file) => builder
        .UseSqlite($"Data Source={file};Default Timeout=30", sqlite => sqlite.UseParameterizedCollectionMode(ParameterTranslationMode.Parameter))
        .AddInterceptors(SqlitePragmas.Instance);
}

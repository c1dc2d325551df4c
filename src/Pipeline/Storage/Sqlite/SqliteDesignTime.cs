using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace Alignment.Pipeline.Storage.Sqlite;

/// <summary>
/// What <c>dotnet ef migrations add NAME --project src/Pipeline --context SqliteAlignmentDb
/// --output-dir Storage/Migrations/Sqlite</c> builds the model from.
/// </summary>
internal sealed class SqliteDesignTime : IDesignTimeDbContextFactory<SqliteAlignmentDb>
{
    public SqliteAlignmentDb CreateDbContext(string[] args)
    {
        var builder = new DbContextOptionsBuilder<SqliteAlignmentDb>();
        SqliteAlignmentDb.Configure(builder, "design-time.db");
        return new SqliteAlignmentDb(builder.Options);
    }
}

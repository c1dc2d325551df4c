using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Alignment.Pipeline.Storage.Sqlite;

/// <summary>
/// What SQLite keeps per connection: a label survives a power cut (<c>synchronous=FULL</c>) and a locked file is waited for.
/// Write-ahead logging is a property of the file and is set when the file is made.
/// </summary>
internal sealed class SqlitePragmas : DbConnectionInterceptor
{
    private const string Pragmas = "PRAGMA synchronous=FULL; PRAGMA busy_timeout=30000;";

    public static SqlitePragmas Instance { get; } = new();

    public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData)
    {
        using DbCommand command = connection.CreateCommand();
        command.CommandText = Pragmas;
        command.ExecuteNonQuery();
    }

    public override async Task ConnectionOpenedAsync(DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        await using DbCommand command = connection.CreateCommand();
        command.CommandText = Pragmas;
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}

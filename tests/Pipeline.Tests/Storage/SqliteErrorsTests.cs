using Alignment.Pipeline.Storage.Sqlite;
using Alignment.Shared;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace Alignment.Pipeline.Tests.Storage;

public class SqliteErrorsTests
{
    private static readonly DataFolder Folder = new("data");

    [Theory]
    [InlineData(5, "another process")]
    [InlineData(8, "permissions")]
    [InlineData(13, "disk is full")]
    [InlineData(26, "no SQLite database")]
    public void Of_MendableError_SaysWhatToDoAndNothingOfTheRow(int code, string words)
    {
        UserError error = SqliteErrors.Of(new DbUpdateException("secret", new SqliteException("secret", code)), Folder)!;

        Assert.Contains(words, error.Message);
        Assert.Contains(Folder.Database, error.Message);
        Assert.DoesNotContain("secret", error.Message);
        Assert.Equal(ExitCodes.Failed, error.ExitCode);
    }

    [Fact]
    public void Of_OtherErrors_AreFaults()
    {
        Assert.Null(SqliteErrors.Of(new SqliteException("no such column", 1), Folder));
        Assert.Null(SqliteErrors.Of(new InvalidOperationException(), Folder));
    }
}

using Alignment.Pipeline.Labeling;
using Alignment.Pipeline.Projects;
using Alignment.Pipeline.Storage;
using Alignment.Shared;
using Microsoft.EntityFrameworkCore;

namespace Alignment.Pipeline.Tests.Storage;

public class SqliteStartupTests
{
    [Fact]
    public async Task OpenAsync_NewFolder_MakesAWriteAheadDatabaseWithFullSync()
    {
        await using var bench = new Bench(migrated: false);

        await bench.OpenAsync();

        await using AlignmentDb db = bench.Db();
        Assert.Equal("wal", await ScalarAsync<string>(db, "SELECT journal_mode AS Value FROM pragma_journal_mode"));
        Assert.Equal(2, await ScalarAsync<int>(db, "SELECT synchronous AS Value FROM pragma_synchronous"));
        Assert.Empty(await db.Projects.ToListAsync(Bench.Token));
    }

    [Fact]
    public async Task Model_MatchesTheMigrations()
    {
        await using var bench = new Bench();
        await using AlignmentDb db = bench.Db();

        Assert.False(db.Database.HasPendingModelChanges());
    }

    [Fact]
    public async Task OpenAsync_ManyAtOnce_AllSucceed()
    {
        await using var bench = new Bench(migrated: false);

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(bench.OpenAsync, Bench.Token)));

        await using AlignmentDb db = bench.Db();
        Assert.Empty(await db.Database.GetPendingMigrationsAsync(Bench.Token));
    }

    [Fact]
    public async Task OpenAsync_AfterAKilledMigration_GoesOn()
    {
        await using var bench = new Bench(migrated: false);
        await using (AlignmentDb db = bench.Db())
        {
            await db.Database.ExecuteSqlRawAsync(
                """CREATE TABLE "__EFMigrationsLock" ("Id" INTEGER PRIMARY KEY, "Timestamp" TEXT NOT NULL); INSERT INTO "__EFMigrationsLock" VALUES (1, '2026-01-01');""", Bench.Token);
        }

        await bench.OpenAsync();

        await using AlignmentDb after = bench.Db();
        Assert.Empty(await after.Database.GetPendingMigrationsAsync(Bench.Token));
    }

    [Fact]
    public async Task OpenAsync_NewerDatabase_SaysSo()
    {
        await using var bench = new Bench();
        await using (AlignmentDb db = bench.Db())
        {
            await db.Database.ExecuteSqlRawAsync("""INSERT INTO "__EFMigrationsHistory" VALUES ('29990101000000_FromTheFuture', '99.0')""", Bench.Token);
        }

        UserError error = await Assert.ThrowsAsync<UserError>(bench.OpenAsync);

        Assert.Contains("newer version", error.Message);
    }

    [Fact]
    public async Task OpenAsync_FileThatIsNoDatabase_SaysSo()
    {
        await using var bench = new Bench(migrated: false);
        await File.WriteAllTextAsync(bench.Folder.Database, new string('x', 5000), Bench.Token);

        UserError error = await Assert.ThrowsAsync<UserError>(bench.OpenAsync);

        Assert.Contains(bench.Folder.Database, error.Message);
        Assert.Equal(ExitCodes.Failed, error.ExitCode);
    }

    [Fact]
    public async Task Times_AreUtcOnBothSides()
    {
        await using var bench = new Bench();
        await using (AlignmentDb db = bench.Db())
        {
            db.Projects.Add(new Project { Name = "p", CreatedAt = new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc) });
            await db.SaveChangesAsync(Bench.Token);
            db.Projects.Add(new Project { Name = "q", CreatedAt = new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Local) });
            await Assert.ThrowsAnyAsync<Exception>(() => db.SaveChangesAsync(Bench.Token));
        }

        await using AlignmentDb again = bench.Db();
        DateTime read = (await again.Projects.SingleAsync(Bench.Token)).CreatedAt;
        Assert.Equal((DateTimeKind.Utc, 3), (read.Kind, read.Hour));
    }

    [Fact]
    public async Task Judgments_AreOnlyAddedTo()
    {
        await using var bench = new Bench();
        await bench.ImportAsync("""{"prompt": "q", "chosen": "a", "rejected": "b"}""");
        await using AlignmentDb db = bench.Db();
        Judgment judgment = await db.Judgments.SingleAsync(Bench.Token);

        db.Entry(judgment).Property(row => row.Comment).CurrentValue = "changed";
        await Assert.ThrowsAsync<InvalidOperationException>(() => db.SaveChangesAsync(Bench.Token));
        db.ChangeTracker.Clear();
        db.Judgments.Remove(judgment);
        await Assert.ThrowsAsync<InvalidOperationException>(() => db.SaveChangesAsync(Bench.Token));

        Exception refused = await Assert.ThrowsAnyAsync<Exception>(() => db.Judgments.ExecuteUpdateAsync(set => set.SetProperty(row => row.Comment, "changed"), Bench.Token));
        Assert.Contains("append-only", refused.Message);
        Assert.Contains("append-only", (await Assert.ThrowsAnyAsync<Exception>(() => db.Judgments.ExecuteDeleteAsync(Bench.Token))).Message);
    }

    [Theory]
    [InlineData(null, null, null)]
    [InlineData("4", 5, null)]
    [InlineData(null, 11, null)]
    [InlineData("4", null, 1.5)]
    public async Task Judgments_OutOfRange_AreRefused(string? verdict, int? score, double? p)
    {
        await using var bench = new Bench();
        await bench.ImportAsync("""{"prompt": "q", "completion": "a"}""");
        await using AlignmentDb db = bench.Db();
        db.Judgments.Add(new Judgment
        {
            ItemId = 1,
            Kind = JudgmentKind.Single,
            Verdict = verdict,
            Score = score,
            P = p,
            LabelerKind = LabelerKind.Judge,
            LabelerId = "j",
            IdempotencyKey = "k",
            CreatedAt = DateTime.UtcNow,
        });

        await Assert.ThrowsAsync<DbUpdateException>(() => db.SaveChangesAsync(Bench.Token));
    }

    private static async Task<T> ScalarAsync<T>(AlignmentDb db, string sql) => (await db.Database.SqlQueryRaw<T>(sql).ToListAsync(Bench.Token)).Single();
}

using Alignment.Pipeline.Projects;
using Alignment.Pipeline.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Alignment.Pipeline.Tests.Storage;

public class TransactionsTests
{
    [Fact]
    public async Task RunAsync_LostRace_LooksAgain()
    {
        await using var bench = new Bench();
        Transactions transactions = bench.Services.GetRequiredService<Transactions>();
        int runs = 0;

        await transactions.RunAsync(
            (db, _) =>
            {
                runs++;
                db.Projects.Add(Project("p"));
                if (runs == 1)
                {
                    db.Projects.Add(Project("p"));
                }

                return Task.FromResult(0);
            },
            Bench.Token);

        await using AlignmentDb after = bench.Db();
        Assert.Equal((2, 1), (runs, await after.Projects.CountAsync(Bench.Token)));
    }

    [Fact]
    public async Task RunAsync_ErrorThatStays_IsThrown()
    {
        await using var bench = new Bench();
        Transactions transactions = bench.Services.GetRequiredService<Transactions>();

        await Assert.ThrowsAsync<DbUpdateException>(() => transactions.RunAsync(
            (db, _) =>
            {
                db.Projects.AddRange(Project("p"), Project("p"));
                return Task.FromResult(0);
            },
            Bench.Token));

        await using AlignmentDb after = bench.Db();
        Assert.Empty(await after.Projects.ToListAsync(Bench.Token));
    }

    private static Project Project(string name) => new() { Name = name, CreatedAt = DateTime.UtcNow };
}

using System.Diagnostics;
using Alignment.Goldens;
using Alignment.Pipeline.Items.Import;
using Alignment.Pipeline.Labeling;
using Alignment.Pipeline.Storage;
using Alignment.Shared;
using Microsoft.EntityFrameworkCore;

namespace Alignment.Pipeline.Tests.Items.Import;

/// <summary>The same rows again, at the same time, after a stop in the middle, or with other options.</summary>
public class AgainTests
{
    private static readonly string[] Rows =
    [
        """{"prompt": "Q", "chosen": "a", "rejected": "b"}""",
        """{"prompt": "Q", "completion": "c", "label": false}""",
        """{"prompt": "Q", "answers": ["d", "e", "f", "g"]}""",
        """{"messages": [{"role": "user", "content": "Q"}, {"role": "assistant", "content": "A"}]}""",
        """{"text": "t"}""",
        """{"prompt": "Q"}""",
    ];

    [Fact]
    public async Task Import_Twice_AddsNothing()
    {
        await using var bench = new Bench();
        ImportResult first = await bench.ImportAsync(Rows);

        ImportResult second = await bench.ImportAsync([.. Rows, .. Rows.Reverse()]);

        Assert.Equal((6, 7, 2L), (first.Imported, first.ItemsAdded.Values.Sum(), first.LabelsAdded));
        Assert.Equal((0, 12, 0L), (second.Imported, second.AlreadyThere, second.LabelsAdded));
        Assert.Empty(second.ItemsAdded);
    }

    [Fact]
    public async Task Import_OppositePreference_IsASecondVerdictOnTheSameItem()
    {
        await using var bench = new Bench();

        ImportResult result = await bench.ImportAsync("""{"prompt": "Q", "chosen": "a", "rejected": "b"}""", """{"prompt": "Q", "chosen": "b", "rejected": "a"}""");

        Assert.Equal((2, 1, 2L), (result.Imported, result.ItemsAdded["pair"], result.LabelsAdded));
    }

    [Fact]
    public async Task Import_Relabel_BringsItemsWithoutLabels()
    {
        await using var bench = new Bench();

        ImportResult relabel = await bench.ImportAsync(message => message with { Relabel = true }, Rows);
        ImportResult labels = await bench.ImportAsync(Rows);

        Assert.Equal((6, 0L), (relabel.Imported, relabel.LabelsAdded));
        Assert.Equal((2, 2L), (labels.Imported, labels.LabelsAdded));
        Assert.Empty(labels.ItemsAdded);
    }

    [Fact]
    public async Task Import_HumanAfterwards_RevisesTheImportedLabel()
    {
        await using var bench = new Bench();
        await bench.ImportAsync(Rows[0]);

        await bench.ImportAsync(message => message with { Human = true }, Rows[0]);
        ImportResult third = await bench.ImportAsync(Rows[0]);
        ImportResult fourth = await bench.ImportAsync(message => message with { Human = true }, Rows[0]);

        await using AlignmentDb db = bench.Db();
        Judgment[] all = await db.Judgments.OrderBy(judgment => judgment.Id).ToArrayAsync(Bench.Token);
        Assert.Equal([LabelerKind.Import, LabelerKind.Person], all.Select(judgment => judgment.LabelerKind));
        Assert.Equal(all[0].Id, all[1].RevisesId);
        Assert.Equal((0L, 0L), (third.LabelsAdded, fourth.LabelsAdded));
    }

    [Fact]
    public async Task Import_SameRowsInTwoProjects_AreTwoItems()
    {
        await using var bench = new Bench();
        await bench.ImportAsync(Rows);

        ImportResult other = await bench.ImportAsync(message => message with { Project = "q" }, Rows);

        Assert.Equal((6, 2L), (other.Imported, other.LabelsAdded));
    }

    [Fact]
    public async Task Import_StoppedInTheMiddle_GoesOnWhereItStopped()
    {
        await using var bench = new Bench();
        string[] rows = Many(1200);

        await Assert.ThrowsAsync<OperationCanceledException>(() => bench.ImportAsync(message => message with { Progress = new StopAfter(600) }, rows));
        ImportResult result = await bench.ImportAsync(rows);

        Assert.Equal(1200, result.Imported + result.AlreadyThere);
        Assert.InRange(result.AlreadyThere, 1, 1199);
        await AssertCountsAsync(bench, 1200);
    }

    [Fact]
    public async Task Import_SameFileFromManyTasks_AddsEachRowOnce()
    {
        await using var bench = new Bench();
        string[] rows = Many(1100);

        ImportResult[] results = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Task.Run(() => bench.ImportAsync(rows), Bench.Token)));

        Assert.Equal(1100, results.Sum(result => result.Imported));
        Assert.All(results, result => Assert.Equal(0, result.Rejected));
        await AssertCountsAsync(bench, 1100);
    }

    [Fact]
    public async Task Import_TwoProcessesOnANewFolder_AddEachRowOnce()
    {
        await using var bench = new Bench(migrated: false);
        string file = bench.WriteRows("rows.jsonl", Many(600));

        Process[] processes = [.. Enumerable.Range(0, 2).Select(_ => Start("import", file, "--project", "p", "--data-dir", bench.Folder.Root))];
        foreach (Process process in processes)
        {
            await process.WaitForExitAsync(Bench.Token);
            Assert.Equal(ExitCodes.Done, process.ExitCode);
            process.Dispose();
        }

        await AssertCountsAsync(bench, 600);
    }

    private static async Task AssertCountsAsync(Bench bench, int rows)
    {
        await using AlignmentDb db = bench.Db();
        Assert.Equal((rows, rows), (await db.Items.CountAsync(Bench.Token), await db.Judgments.CountAsync(Bench.Token)));
    }

    private static string[] Many(int count) => [.. Enumerable.Range(0, count).Select(i => $$"""{"prompt": "Q{{i}}", "chosen": "a", "rejected": "b"}""")];

    private static Process Start(params string[] args)
    {
        // The copy beside the tests lacks what their web framework brings along.
        string program = Path.Combine(GoldenData.Repository, "artifacts", "bin", "Pipeline", "release", "Pipeline.dll");
        var info = new ProcessStartInfo("dotnet", [program, .. args]) { RedirectStandardOutput = true, RedirectStandardError = true };
        return Process.Start(info)!;
    }

    private sealed class StopAfter(long rows) : IProgress<ImportProgress>
    {
        public void Report(ImportProgress value)
        {
            if (value.Rows >= rows)
            {
                throw new OperationCanceledException();
            }
        }
    }
}

using Alignment.Pipeline.Datasets.Freeze;
using Alignment.Pipeline.Datasets.List;
using Alignment.Pipeline.Datasets.Show;
using Alignment.Pipeline.Labeling;
using Alignment.Pipeline.Storage;
using Alignment.Shared;
using Alignment.Shared.Preferences;
using Alignment.Shared.Snapshots;
using Microsoft.EntityFrameworkCore;

namespace Alignment.Pipeline.Tests.Datasets.Freeze;

public class FreezeDatasetTests
{
    [Fact]
    public async Task Freeze_Preference_WritesTheWinnersInTrlsForm()
    {
        await using var bench = new Bench();
        await bench.ImportAsync("""{"prompt": "Capital?", "chosen": "Paris", "rejected": "Lyon"}""");

        FreezeResult result = await bench.SendAsync(new FreezeDataset { Project = "p", Kind = SnapshotKind.Preference, TestShare = 0, Id = "first" });

        PreferenceRow row = Assert.Single(SnapshotReader.Open(result.Folder!).Rows<PreferenceRow>(SnapshotSplit.Train));
        Assert.Equal(("first", 1, 0), (result.Id, result.TrainRows, result.TestRows));
        Assert.Equal([new Message("user", "Capital?")], row.Prompt);
        Assert.Equal([new Message("assistant", "Paris")], row.Chosen);
        Assert.Equal([new Message("assistant", "Lyon")], row.Rejected);
        Assert.Equal((2.0, 1.0, 1, "import"), (row.Strength, row.P, row.Votes, row.Source));
        Assert.Equal(PromptIdentity.PromptId(row.Prompt), row.PromptId);
    }

    [Fact]
    public async Task Freeze_WhatIsLeftOut_IsCountedByReason()
    {
        await using var bench = new Bench();
        await bench.ImportAsync(
            """{"prompt": "won", "chosen": "a", "rejected": "b"}""",
            """{"prompt": "tied", "chosen": "a", "rejected": "b"}""",
            """{"prompt": "tied", "chosen": "b", "rejected": "a"}""",
            """{"prompt": "unlabeled", "answers": ["a", "b"]}""",
            """{"prompt": "equal", "chosen": "a", "rejected": "a"}""",
            """{"prompt": "Contra dicted", "chosen": "a", "rejected": "b"}""",
            """{"prompt": "contra  DICTED", "chosen": "b", "rejected": "a"}""",
            """{"prompt": "bad", "answers": ["a", "b"]}""",
            """{"prompt": "skipped", "answers": ["a", "b"]}""");
        await JudgeAsync(bench, "bad", Verdicts.BothBad);
        await JudgeAsync(bench, "skipped", Verdicts.Skip);

        FreezeResult result = await bench.SendAsync(new FreezeDataset { Project = "p", Kind = SnapshotKind.Preference });

        Assert.Equal(1, result.TrainRows + result.TestRows);
        Assert.Equal(8, result.Items);
        Assert.Equal(
            new Dictionary<string, int> { ["both_bad"] = 1, ["contradictions"] = 2, ["equal_answers"] = 1, ["ties"] = 1, ["unlabeled"] = 2 },
            result.LeftOut.ToDictionary());
        Assert.Equal(result.LeftOut, SnapshotReader.Open(result.Folder!).Manifest.LeftOut);
    }

    [Fact]
    public async Task Freeze_FolderAndRowThatDisagree_AreMendedByTheFolder()
    {
        await using var bench = new Bench();
        await bench.ImportAsync("""{"prompt": "Capital?", "chosen": "Paris", "rejected": "Lyon"}""");
        FreezeDataset freeze = new() { Project = "p", Kind = SnapshotKind.Preference, TestShare = 0, Id = "one" };
        string folder = (await bench.SendAsync(freeze)).Folder!;

        // The row of a process that died before it wrote it.
        await using (AlignmentDb db = bench.Db())
        {
            await db.Datasets.ExecuteDeleteAsync(Bench.Token);
        }

        Assert.Equal((1, "p"), ((await bench.SendAsync(new ListDatasets("p"))).Single() is { TrainRows: var rows, Project: var project } ? (rows, project) : default));

        // A folder that somebody removed.
        Directory.Delete(folder, recursive: true);
        Assert.Equal("one", (await bench.SendAsync(freeze)).Id);
        Directory.Delete(folder, recursive: true);
        Assert.Empty(await bench.SendAsync(new ListDatasets(null)));
    }

    [Fact]
    public async Task Freeze_DryRunWithATakenId_IsRefusedToo()
    {
        await using var bench = new Bench();
        await bench.ImportAsync("""{"prompt": "Capital?", "chosen": "Paris", "rejected": "Lyon"}""");
        await bench.SendAsync(new FreezeDataset { Project = "p", Kind = SnapshotKind.Preference, Id = "one" });

        await Assert.ThrowsAsync<UserError>(() => bench.SendAsync(new FreezeDataset { Project = "p", Kind = SnapshotKind.Preference, Id = "one", DryRun = true }));
    }

    [Fact]
    public async Task Freeze_LastRevision_Counts()
    {
        await using var bench = new Bench();
        await bench.ImportAsync("""{"prompt": "Q", "chosen": "a", "rejected": "b"}""");
        await using (AlignmentDb db = bench.Db())
        {
            Judgment first = await db.Judgments.SingleAsync(Bench.Token);
            db.Judgments.Add(Make(first.ItemId, JudgmentKind.Pair, first.Verdict == "2" ? "7" : "1", first.Id));
            await db.SaveChangesAsync(Bench.Token);
        }

        FreezeResult result = await bench.SendAsync(new FreezeDataset { Project = "p", Kind = SnapshotKind.Preference, TestShare = 0 });

        PreferenceRow row = Assert.Single(SnapshotReader.Open(result.Folder!).Rows<PreferenceRow>(SnapshotSplit.Train));
        Assert.Equal(("b", 3.0, 1, "person"), (row.Chosen[0].Content, row.Strength, row.Votes, row.Source));
    }

    [Fact]
    public async Task Freeze_SameContentInAnotherDatabaseAndOrder_GivesTheSameFiles()
    {
        string[] rows = [.. Enumerable.Range(0, 700).Select(i => $$"""{"prompt": "Q{{i}}", "chosen": "good {{i}}", "rejected": "bad {{i}}"}""")];
        await using var one = new Bench();
        await using var other = new Bench();
        await one.ImportAsync(rows);
        await other.ImportAsync(message => message with { Project = "earlier" }, """{"text": "moves the ids"}""");
        await other.ImportAsync([.. rows.Reverse()]);

        FreezeResult first = await one.SendAsync(new FreezeDataset { Project = "p", Kind = SnapshotKind.Preference });
        FreezeResult again = await one.SendAsync(new FreezeDataset { Project = "p", Kind = SnapshotKind.Preference });
        FreezeResult second = await other.SendAsync(new FreezeDataset { Project = "p", Kind = SnapshotKind.Preference });

        Assert.Equal(SnapshotReader.Open(first.Folder!).Manifest.Files, SnapshotReader.Open(second.Folder!).Manifest.Files);
        Assert.Equal((null, first.Id), (first.SameAs, again.SameAs));
        Assert.InRange(first.TestRows, 35, 105);
    }

    [Fact]
    public async Task Freeze_Split_KeepsAPromptTogetherInEverySnapshot()
    {
        await using var bench = new Bench();
        await bench.ImportAsync([.. Enumerable.Range(0, 60).SelectMany(i => new[]
        {
            $$"""{"prompt": "Question {{i}}", "chosen": "a", "rejected": "b"}""",
            $$"""{"prompt": " question  {{i}}", "completion": "c", "label": true}""",
        })]);

        FreezeResult pairs = await bench.SendAsync(new FreezeDataset { Project = "p", Kind = SnapshotKind.Preference, TestShare = 0.5 });
        FreezeResult singles = await bench.SendAsync(new FreezeDataset { Project = "p", Kind = SnapshotKind.Unpaired, TestShare = 0.5 });

        HashSet<string> test = [.. SnapshotReader.Open(pairs.Folder!).Rows<PreferenceRow>(SnapshotSplit.Test).Select(row => row.PromptId)];
        Assert.InRange(test.Count, 15, 45);
        Assert.Equal(test, SnapshotReader.Open(singles.Folder!).Rows<UnpairedRow>(SnapshotSplit.Test).Select(row => row.PromptId).ToHashSet());
        Assert.All(
            SnapshotReader.Open(pairs.Folder!).Rows<PreferenceRow>(SnapshotSplit.Test), row => Assert.True(PromptIdentity.Fraction(row.Prompt) < 0.5));
    }

    [Theory]
    [InlineData(false, false, 2)]
    [InlineData(true, false, 4)]
    [InlineData(false, true, 4)]
    [InlineData(true, true, 6)]
    public async Task Freeze_Unpaired_AddsPairsOnRequest(bool fromPairs, bool bothBad, int rows)
    {
        await using var bench = new Bench();
        await bench.ImportAsync(
            """{"prompt": "S", "completion": "good", "label": true}""",
            """{"prompt": "S", "completion": "poor", "label": false}""",
            """{"prompt": "S", "completion": "unknown"}""",
            """{"prompt": "won", "chosen": "better", "rejected": "worse"}""",
            """{"prompt": "bad", "answers": ["x", "y"]}""");
        await JudgeAsync(bench, "bad", Verdicts.BothBad);

        FreezeResult result = await bench.SendAsync(new FreezeDataset
        {
            Project = "p",
            Kind = SnapshotKind.Unpaired,
            TestShare = 0,
            FromPairs = fromPairs,
            BothBadAsNegatives = bothBad,
        });

        UnpairedRow[] all = [.. SnapshotReader.Open(result.Folder!).Rows<UnpairedRow>(SnapshotSplit.Train)];
        Assert.Equal(rows, all.Length);
        Assert.Equal(rows, all.Select(row => row.Id).Distinct().Count());
        Assert.Equal(fromPairs ? ["better", "good"] : ["good"], all.Where(row => row.Label).Select(row => row.Completion[0].Content).Order());
        Assert.Equal(1, result.LeftOut["unlabeled"]);
    }

    [Fact]
    public async Task Freeze_PromptsDemonstrationsAndTexts_HaveTheirColumns()
    {
        await using var bench = new Bench();
        await bench.ImportAsync(
            """{"prompt": "Q"}""",
            """{"prompt": "q", "chosen": "a", "rejected": "b"}""",
            """{"messages": [{"role": "user", "content": "R"}, {"role": "assistant", "content": "A"}]}""",
            """{"text": "t"}""");

        FreezeResult prompts = await bench.SendAsync(new FreezeDataset { Project = "p", Kind = SnapshotKind.Prompt, TestShare = 0 });
        FreezeResult shown = await bench.SendAsync(new FreezeDataset { Project = "p", Kind = SnapshotKind.Demonstration, TestShare = 0 });
        FreezeResult texts = await bench.SendAsync(new FreezeDataset { Project = "p", Kind = SnapshotKind.Text, TestShare = 0 });

        Assert.Equal((2, 1), (prompts.TrainRows, prompts.LeftOut["repeated_prompts"]));
        Assert.Equal([new Message("user", "R"), new Message("assistant", "A")], Assert.Single(SnapshotReader.Open(shown.Folder!).Rows<DemonstrationRow>(SnapshotSplit.Train)).Messages);
        Assert.Equal("t", Assert.Single(SnapshotReader.Open(texts.Folder!).Rows<TextRow>(SnapshotSplit.Train)).Text);
    }

    [Fact]
    public async Task Freeze_DryRun_CountsAndWritesNothing()
    {
        await using var bench = new Bench();
        await bench.ImportAsync("""{"text": "t"}""");

        FreezeResult result = await bench.SendAsync(new FreezeDataset { Project = "p", Kind = SnapshotKind.Text, DryRun = true });

        Assert.Equal((null, 1), (result.Id, result.TrainRows + result.TestRows));
        Assert.False(Directory.Exists(bench.Folder.Snapshots));
        Assert.Empty(await bench.SendAsync(new ListDatasets(null)));
    }

    [Fact]
    public async Task Freeze_NothingToFreeze_SaysWhy()
    {
        await using var bench = new Bench();
        await bench.ImportAsync("""{"prompt": "Q", "answers": ["a", "b"]}""");

        UserError none = await Assert.ThrowsAsync<UserError>(() => bench.SendAsync(new FreezeDataset { Project = "p", Kind = SnapshotKind.Preference }));
        UserError kind = await Assert.ThrowsAsync<UserError>(() => bench.SendAsync(new FreezeDataset { Project = "p", Kind = SnapshotKind.Text }));

        Assert.Contains("unlabeled: 1", none.Message);
        Assert.Contains("no items", kind.Message);
        Assert.Empty(Directory.Exists(bench.Folder.Snapshots) ? Directory.GetDirectories(bench.Folder.Snapshots) : []);
    }

    [Theory]
    [InlineData(1.0, SnapshotKind.Preference, false, "--test-share")]
    [InlineData(-0.1, SnapshotKind.Preference, false, "--test-share")]
    [InlineData(double.NaN, SnapshotKind.Preference, false, "--test-share")]
    [InlineData(0.1, SnapshotKind.Preference, true, "--from-pairs")]
    public async Task Freeze_OptionThatCannotBe_IsAnError(double share, SnapshotKind kind, bool fromPairs, string named)
    {
        await using var bench = new Bench();

        UserError error = await Assert.ThrowsAsync<UserError>(() => bench.SendAsync(new FreezeDataset { Project = "p", Kind = kind, TestShare = share, FromPairs = fromPairs }));

        Assert.Contains(named, error.Message);
    }

    [Fact]
    public async Task Show_ChangedFile_IsNamed()
    {
        await using var bench = new Bench();
        await bench.ImportAsync("""{"text": "t"}""");
        FreezeResult result = await bench.SendAsync(new FreezeDataset { Project = "p", Kind = SnapshotKind.Text, TestShare = 0 });
        DatasetDetails whole = await bench.SendAsync(new ShowDataset(result.Id!));
        await File.AppendAllTextAsync(Path.Combine(result.Folder!, "train.jsonl"), "\n", Bench.Token);

        UserError error = await Assert.ThrowsAsync<UserError>(() => bench.SendAsync(new ShowDataset(result.Id!)));

        Assert.Equal(1, whole.Manifest.Rows(SnapshotSplit.Train));
        Assert.Contains("train.jsonl", error.Message);
    }

    private static async Task JudgeAsync(Bench bench, string prompt, string verdict)
    {
        string id = PromptIdentity.PromptId([new Message("user", prompt)]);
        await using AlignmentDb db = bench.Db();
        long item = await db.Items.Where(row => row.PromptId == id).Select(row => row.Id).SingleAsync(Bench.Token);
        db.Judgments.Add(Make(item, JudgmentKind.Pair, verdict, null));
        await db.SaveChangesAsync(Bench.Token);
    }

    private static Judgment Make(long item, JudgmentKind kind, string verdict, long? revises) => new()
    {
        ItemId = item,
        Kind = kind,
        Verdict = verdict,
        LabelerKind = LabelerKind.Person,
        LabelerId = "ann",
        OrderShown = ShownOrder.BA,
        ActiveMilliseconds = 1200,
        IdempotencyKey = Guid.NewGuid().ToString(),
        RevisesId = revises,
        CreatedAt = DateTime.UtcNow,
    };
}

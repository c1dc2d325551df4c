using System.Text.Json.Nodes;
using Alignment.Shared;

namespace Alignment.Pipeline.Tests.Cli;

public class CommandLineTests
{
    [Theory]
    [InlineData("")]
    [InlineData("import")]
    [InlineData("freeze")]
    [InlineData("projects")]
    [InlineData("projects list")]
    [InlineData("projects show")]
    [InlineData("items list")]
    [InlineData("items show")]
    [InlineData("datasets list")]
    [InlineData("datasets show")]
    public async Task Help_EveryVerb_HasUsageAndExamples(string verb)
    {
        await using var bench = new Bench(migrated: false);

        Bench.Answer answer = await bench.RunAsync([.. verb.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"]);

        Assert.Equal(ExitCodes.Done, answer.Code);
        Assert.Contains($"pipeline {verb}".Trim(), answer.Output);
        Assert.Contains("\n  pipeline ", answer.Output[answer.Output.IndexOf("Examples:", StringComparison.Ordinal)..]);
        Assert.False(File.Exists(bench.Folder.Database));
    }

    [Theory]
    [InlineData("nonsense", "nonsense")]
    [InlineData("import", "FILE")]
    [InlineData("import x.jsonl", "--project")]
    [InlineData("import x.jsonl --project p", "x.jsonl")]
    [InlineData("import x.jsonl --project p --pairs some", "disjoint")]
    [InlineData("freeze --project p --kind other", "preference")]
    [InlineData("freeze --project p --kind text --test-share 0,5", "0,5")]
    [InlineData("freeze --project p --kind text --test-share 2", "--test-share")]
    [InlineData("projects show p", "no project 'p'")]
    [InlineData("items show 3", "no item 3")]
    [InlineData("datasets show none", "datasets list")]
    [InlineData("datasets show ../x", "id")]
    public async Task Run_WrongUsage_Exits2AndSaysWhat(string line, string named)
    {
        await using var bench = new Bench();

        Bench.Answer answer = await bench.RunAsync(line.Split(' '));

        Assert.Equal(ExitCodes.Usage, answer.Code);
        Assert.StartsWith("error: ", answer.Error);
        Assert.Contains(named, answer.Error);
        Assert.DoesNotContain("   at ", answer.Error);
        Assert.Equal("", answer.Output);
    }

    [Fact]
    public async Task Import_ToFreeze_ThroughTheCommandLine()
    {
        await using var bench = new Bench(migrated: false);
        string file = bench.WriteRows("rows.jsonl", [.. Enumerable.Range(0, 40).Select(i => $$"""{"prompt": "Q{{i}}", "chosen": "a", "rejected": "b"}""")]);

        Bench.Answer import = await bench.RunAsync("import", file, "--project", "hh", "--human", "--json");
        Bench.Answer again = await bench.RunAsync("import", file, "--project", "hh", "--human");
        Bench.Answer freeze = await bench.RunAsync("freeze", "--project", "hh", "--kind", "preference", "--test-share", "0.25", "--id", "hh-1", "--json");
        Bench.Answer taken = await bench.RunAsync("freeze", "--project", "hh", "--kind", "preference", "--id", "hh-1");
        Bench.Answer projects = await bench.RunAsync("projects", "list");
        Bench.Answer project = await bench.RunAsync("projects", "show", "hh", "--json");
        Bench.Answer items = await bench.RunAsync("items", "list", "--project", "hh", "--kind", "pair", "--labeled", "yes", "--limit", "3", "--json");
        Bench.Answer item = await bench.RunAsync("items", "show", "1");
        Bench.Answer datasets = await bench.RunAsync("datasets", "list", "--project", "hh", "--json");
        Bench.Answer dataset = await bench.RunAsync("datasets", "show", "hh-1");

        Assert.All([import, again, freeze, projects, project, items, item, datasets, dataset], answer => Assert.Equal((ExitCodes.Done, ""), (answer.Code, answer.Error)));
        Assert.Equal(40, (int)JsonNode.Parse(import.Output)!["imported"]!);
        Assert.Contains("40 rows = 0 imported + 40 already there + 0 rejected", again.Output);
        Assert.Equal(40, (int)JsonNode.Parse(freeze.Output)!["train_rows"]! + (int)JsonNode.Parse(freeze.Output)!["test_rows"]!);
        Assert.Equal(ExitCodes.Usage, taken.Code);
        Assert.StartsWith("project  items  labels  datasets", projects.Output);
        Assert.Equal(40, (int)JsonNode.Parse(project.Output)!["labels"]!["person"]!);
        Assert.Equal((3, 40), (JsonNode.Parse(items.Output)!["items"]!.AsArray().Count, (int)JsonNode.Parse(items.Output)!["total"]!));
        Assert.Contains("person import", item.Output);
        Assert.Equal("hh-1", (string)JsonNode.Parse(datasets.Output)![0]!["id"]!);
        Assert.Contains("SHA-256", dataset.Output);
    }

    [Fact]
    public async Task Import_BadRows_Exits4AndReportsThem()
    {
        await using var bench = new Bench();
        string file = bench.WriteRows("rows.jsonl", """{"text": "a"}""", "{", """{"nothing": 1}""");
        string bad = Path.Combine(bench.Folder.Root, "bad.jsonl");

        Bench.Answer printed = await bench.RunAsync("import", file, "--project", "p");
        Bench.Answer written = await bench.RunAsync("import", file, "--project", "p", "--bad-rows", bad, "--json");

        Assert.Equal((ExitCodes.DoneWithFailures, ExitCodes.DoneWithFailures), (printed.Code, written.Code));
        Assert.Contains("rows.jsonl:2: ", printed.Error);
        Assert.Contains("rows.jsonl:3: ", printed.Error);
        Assert.Equal([2, 3], File.ReadLines(bad).Select(line => (int)JsonNode.Parse(line)!["line"]!));
        Assert.Equal("", written.Error);
    }

    [Fact]
    public async Task Run_Fault_IsLoggedWithoutAnybodysText()
    {
        await using var bench = new Bench();
        await using (Pipeline.Storage.AlignmentDb db = bench.Db())
        {
            await Microsoft.EntityFrameworkCore.RelationalDatabaseFacadeExtensions.ExecuteSqlRawAsync(db.Database, """ALTER TABLE "Projects" RENAME COLUMN "Name" TO "secret_word" """, Bench.Token);
        }

        Bench.Answer answer = await bench.RunAsync("projects", "list");

        string log = await File.ReadAllTextAsync(Assert.Single(Directory.GetFiles(bench.Folder.Logs)), Bench.Token);
        Assert.Equal(ExitCodes.Failed, answer.Code);
        Assert.Contains("unexpected SqliteException", answer.Error);
        Assert.Contains("   at ", log);
        Assert.DoesNotContain("no such column", log + answer.Error);
    }
}

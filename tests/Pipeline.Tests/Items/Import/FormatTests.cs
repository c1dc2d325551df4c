using System.Text.Json.Nodes;
using Alignment.Pipeline.Items;
using Alignment.Pipeline.Items.Import;
using Alignment.Pipeline.Storage;
using Microsoft.EntityFrameworkCore;

namespace Alignment.Pipeline.Tests.Items.Import;

public class FormatTests
{
    /// <summary>Every layout of a preference for "Paris" over "Lyon", with the prompt that it must give.</summary>
    public static TheoryData<string, string> Preferences => new()
    {
        { """{"prompt": "Capital?", "chosen": "Paris", "rejected": "Lyon"}""", "user:Capital?" },
        { """{"prompt": "Capital?", "system": "Be brief.", "chosen": "Paris", "rejected": "Lyon"}""", "system:Be brief.|user:Capital?" },
        { """{"prompt": [{"role": "user", "content": "Capital?"}], "chosen": [{"role": "assistant", "content": "Paris"}], "rejected": [{"role": "assistant", "content": "Lyon"}]}""", "user:Capital?" },
        { """{"prompt": "Capital?", "chosen": [{"role": "assistant", "content": "Paris"}], "rejected": [{"role": "assistant", "content": "Lyon"}]}""", "user:Capital?" },
        { """{"prompt": [{"role": "system", "content": ""}, {"role": "user", "content": "Capital?"}], "chosen": "Paris", "rejected": "Lyon"}""", "system:|user:Capital?" },
        { """{"chosen": [{"role": "user", "content": "Capital?"}, {"role": "assistant", "content": "Paris"}], "rejected": [{"role": "user", "content": "Capital?"}, {"role": "assistant", "content": "Lyon"}]}""", "user:Capital?" },
        { """{"chosen": [{"role": "system", "content": "S"}, {"role": "user", "content": "Capital?"}, {"role": "assistant", "content": "Paris"}], "rejected": [{"role": "system", "content": "S"}, {"role": "user", "content": "Capital?"}, {"role": "assistant", "content": "Lyon"}]}""", "system:S|user:Capital?" },
        { """{"prompt": "Capital?", "prompt_id": "x", "chosen": [{"role": "user", "content": "Capital?"}, {"role": "assistant", "content": "Paris"}], "rejected": [{"role": "user", "content": "Capital?"}, {"role": "assistant", "content": "Lyon"}], "messages": [{"role": "user", "content": "Capital?"}, {"role": "assistant", "content": "Paris"}], "score_chosen": 8.5}""", "user:Capital?" },
        { """{"prompt": [{"role": "user", "content": "Capital?"}], "chosen": [{"role": "user", "content": "Capital?"}, {"role": "assistant", "content": "Paris"}], "rejected": [{"role": "user", "content": "Capital?"}, {"role": "assistant", "content": "Lyon"}]}""", "user:Capital?" },
        { """{"chosen": "The capital is Paris", "rejected": "The capital is Lyon"}""", "user:The capital is" },
        { """{"chosen": "\n\nHuman: Hi\n\nAssistant: Hello \n\nHuman:  Capital?\n\nAssistant: Paris", "rejected": "\n\nHuman: Hi\n\nAssistant: Hello \n\nHuman:  Capital?\n\nAssistant: Lyon\n"}""", "user:Hi|assistant:Hello|user:Capital?" },
        { """{"chosen": "Human: Capital?\n\nAssistant: Paris", "rejected": "Human: Capital?\n\nAssistant: Lyon"}""", "user:Capital?" },
        { """{"prompt": "\n\nHuman: Capital?\n\nAssistant:", "chosen": "Paris", "rejected": "Lyon"}""", "user:Capital?" },
        { """{"prompt": "\n\nHuman: Capital?\n\nAssistant:", "chosen": "\n\nHuman: Capital?\n\nAssistant: Paris", "rejected": "\n\nHuman: Capital?\n\nAssistant: Lyon"}""", "user:Capital?" },
    };

    [Theory]
    [MemberData(nameof(Preferences))]
    public async Task Import_Preference_GivesPromptAnswersAndVerdict(string row, string prompt)
    {
        await using var bench = new Bench();

        ImportResult result = await bench.ImportAsync(row);

        Item item = await SingleAsync(bench);
        Assert.Equal((1, 1L), (result.Imported, result.LabelsAdded));
        Assert.Equal(ItemKind.Pair, item.Kind);
        Assert.Equal(prompt, Turns(item));
        Assert.Equal(["Lyon", "Paris"], new[] { item.AnswerA, item.AnswerB }.Order());
        Assert.Equal(item.AnswerA == "Paris" ? "2" : "6", Assert.Single(item.Judgments).Verdict);
    }

    [Fact]
    public async Task Import_StoredOrder_GoesByTheAnswersAndNotByTheWinner()
    {
        await using var bench = new Bench();

        await bench.ImportAsync(
            """{"prompt": "one", "chosen": "Paris", "rejected": "Lyon"}""",
            """{"prompt": "two", "chosen": "Lyon", "rejected": "Paris"}""");

        await using AlignmentDb db = bench.Db();
        Item[] items = await db.Items.Include(item => item.Judgments).OrderBy(item => item.Id).ToArrayAsync(Bench.Token);
        Assert.Equal(items[0].AnswerA, items[1].AnswerA);
        Assert.NotEqual(items[0].Judgments.Single().Verdict, items[1].Judgments.Single().Verdict);
    }

    [Theory]
    [InlineData("The sky is black", "The sky is blue", "The sky is", "black", "blue")]
    [InlineData("Q: 2+2?\nA: 4", "Q: 2+2?\nA: 5", "Q: 2+2?\nA:", "4", "5")]
    [InlineData("So it is", "So it is not", "So it", "is", "is not")]
    public async Task Import_ImplicitPromptOfTexts_CutsNoWord(string chosen, string rejected, string prompt, string first, string second)
    {
        await using var bench = new Bench();

        await bench.ImportAsync(System.Text.Json.JsonSerializer.Serialize(new { chosen, rejected }));

        Item item = await SingleAsync(bench);
        Assert.Equal($"user:{prompt}", Turns(item));
        Assert.Equal(new[] { first, second }.Order(), new[] { item.AnswerA, item.AnswerB }.Order());
    }

    [Theory]
    [InlineData("""{"prompt": "Q", "completion": "A"}""", null)]
    [InlineData("""{"prompt": "Q", "response": "A", "label": null}""", null)]
    [InlineData("""{"prompt": "Q", "answer": "A", "label": true}""", "up")]
    [InlineData("""{"prompt": [{"role": "user", "content": "Q"}], "completion": [{"role": "assistant", "content": "A"}], "label": false}""", "down")]
    [InlineData("""{"messages": [{"role": "user", "content": "Q"}, {"role": "assistant", "content": "A"}], "label": true}""", "up")]
    public async Task Import_SingleAnswer_GivesItsThumb(string row, string? verdict)
    {
        await using var bench = new Bench();

        await bench.ImportAsync(row);

        Item item = await SingleAsync(bench);
        Assert.Equal((ItemKind.Single, "user:Q", "A", null), (item.Kind, Turns(item), item.AnswerA, item.AnswerB));
        Assert.Equal(verdict, item.Judgments.SingleOrDefault()?.Verdict);
    }

    [Theory]
    [InlineData("""{"messages": [{"role": "user", "content": "Q"}, {"role": "assistant", "content": "A"}]}""", "user:Q")]
    [InlineData("""{"messages": "\n\nHuman: Q\n\nAssistant: A", "system": "S"}""", "system:S|user:Q")]
    public async Task Import_Demonstration_SplitsItsLastTurn(string row, string prompt)
    {
        await using var bench = new Bench();

        await bench.ImportAsync(row);

        Item item = await SingleAsync(bench);
        Assert.Equal((ItemKind.Demonstration, prompt, "A"), (item.Kind, Turns(item), item.AnswerA));
    }

    [Fact]
    public async Task Import_PromptsAndTexts_AreItemsOfTheirOwn()
    {
        await using var bench = new Bench();

        ImportResult result = await bench.ImportAsync("""{"prompt": "Q"}""", """{"text": "Once upon\na time"}""", "", """{"prompt": [{"role": "user", "content": "R"}]}""");

        Assert.Equal((3, 3), (result.Rows, result.Imported));
        Assert.Equal(2, result.ItemsAdded["prompt"]);
        Assert.Equal(1, result.ItemsAdded["text"]);
    }

    [Theory]
    [InlineData(PairRule.Disjoint, 2, 0, 2)]
    [InlineData(PairRule.All, 10, 0, 1)]
    [InlineData(PairRule.None, 0, 5, 1)]
    public async Task Import_Candidates_BecomePairsByTheRule(PairRule rule, int pairs, int singles, int notes)
    {
        await using var bench = new Bench();

        ImportResult result = await bench.ImportAsync(
            message => message with { Pairs = rule },
            """{"prompt": "Q", "answers": ["a", "b", {"text": "c", "model": "m"}, {"role": "assistant", "content": "d"}, [{"role": "assistant", "content": "e"}]]}""");

        Assert.Equal(pairs, result.ItemsAdded.GetValueOrDefault("pair"));
        Assert.Equal(singles, result.ItemsAdded.GetValueOrDefault("single"));
        Assert.Equal(notes, result.Notes.Count);
        Assert.Equal(0, result.LabelsAdded);
        await using AlignmentDb db = bench.Db();
        Assert.Single(await db.Items.Select(item => item.PromptId).Distinct().ToListAsync(Bench.Token));
        Assert.All(await db.Items.Select(item => item.Provenance).ToListAsync(Bench.Token), kept => Assert.Contains("\"model\":\"m\"", kept));
    }

    [Fact]
    public async Task Import_CandidatesThatAreTheSame_AreTakenOnceAndNoted()
    {
        await using var bench = new Bench();

        ImportResult result = await bench.ImportAsync("""{"prompt": "Q", "completions": ["a", "a"]}""");

        Assert.Equal(1, result.ItemsAdded["single"]);
        Assert.Equal(1, result.Notes["repeated_answer"].Rows);
    }

    [Fact]
    public async Task Import_ExtraKeys_AreKeptAndNamed()
    {
        await using var bench = new Bench();

        ImportResult result = await bench.ImportAsync("""{"prompt": "Q", "completion": "A", "source": "web", "id": 7, "meta": {"é": "\ud83d\ude00"}}""");

        Item item = await SingleAsync(bench);
        Assert.Equal("web", item.Source);
        Assert.Equal(["id", "meta"], result.ExtraKeys.Keys);
        JsonNode provenance = JsonNode.Parse(item.Provenance)!;
        Assert.Equal(("rows.jsonl", 1, 7), ((string)provenance["file"]!, (int)provenance["line"]!, (int)provenance["row"]!["id"]!));
        Assert.Equal("😀", (string)provenance["row"]!["meta"]!["é"]!);
    }

    [Fact]
    public async Task Import_EqualAnswersAndRepeatedRoles_AreTakenAndNoted()
    {
        await using var bench = new Bench();

        ImportResult result = await bench.ImportAsync(
            """{"prompt": "Q", "chosen": "a", "rejected": "a"}""",
            """{"messages": [{"role": "user", "content": "Q"}, {"role": "user", "content": "R"}, {"role": "assistant", "content": "A"}]}""");

        Assert.Equal(2, result.Imported);
        Assert.Equal([1L], result.Notes["equal_answers"].FirstLines);
        Assert.Equal([2L], result.Notes["two_turns_of_one_role"].FirstLines);
    }

    private static async Task<Item> SingleAsync(Bench bench)
    {
        await using AlignmentDb db = bench.Db();
        return await db.Items.AsNoTracking().Include(item => item.Judgments).SingleAsync(Bench.Token);
    }

    private static string Turns(Item item) => string.Join('|', item.Prompt.Select(turn => $"{turn.Role}:{turn.Content}"));
}

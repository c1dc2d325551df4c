using Alignment.Pipeline.Items;
using Alignment.Pipeline.Items.List;
using Alignment.Shared;

namespace Alignment.Pipeline.Tests.Items.List;

public class ListItemsTests
{
    [Fact]
    public async Task ListItems_Pages_ShowEachItemOnce()
    {
        await using var bench = new Bench();
        await bench.ImportAsync([.. Enumerable.Range(0, 25).Select(i => $$"""{"text": "row {{i}}"}""")]);
        List<string> seen = [];
        for (long? after = 0; after is { } from;)
        {
            ItemPage page = await bench.SendAsync(new ListItems { Project = "p", After = from, Limit = 10 });
            seen.AddRange(page.Items.Select(item => item.Text));
            Assert.Equal(25, page.Total);
            after = page.Next;
        }

        Assert.Equal(Enumerable.Range(0, 25).Select(i => $"row {i}"), seen);
    }

    [Fact]
    public async Task ListItems_Filters_LetThroughWhatTheySay()
    {
        await using var bench = new Bench();
        await bench.ImportAsync("""{"prompt": "Q", "chosen": "a", "rejected": "b"}""", """{"prompt": "q ", "answers": ["c", "d"]}""", """{"prompt": "R", "completion": "e"}""");

        ItemPage pairs = await bench.SendAsync(new ListItems { Project = "p", Kind = ItemKind.Pair });
        ItemPage unlabeled = await bench.SendAsync(new ListItems { Project = "p", Labeled = false });
        ItemPage prompt = await bench.SendAsync(new ListItems { Project = "p", PromptId = pairs.Items[0].PromptId });

        Assert.Equal((2, 2, 2), (pairs.Total, unlabeled.Total, prompt.Total));
        Assert.All(prompt.Items, item => Assert.Equal("pair", item.Kind));
    }

    [Theory]
    [InlineData("NEEDLE", 3)]
    [InlineData("100%", 1)]
    [InlineData("100", 2)]
    [InlineData("un_er", 0)]
    [InlineData("say \"hi\"\nthen", 1)]
    [InlineData("Gr\u00fc\u00dfe", 1)]
    public async Task ListItems_Text_IsFoundInConversationsAndAnswers_AsItStands(string text, int found)
    {
        await using var bench = new Bench();
        await bench.ImportAsync(
            """{"prompt": "a needle here", "chosen": "a", "rejected": "b"}""",
            """{"prompt": "q", "answers": ["c 100%", "the Needle"]}""",
            """{"prompt": "say \"hi\"\nthen under 1000", "completion": "Gr\u00fc\u00dfe"}""",
            """{"text": "needles"}""");

        Assert.Equal(found, (await bench.SendAsync(new ListItems { Project = "p", Text = text })).Total);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1001)]
    public async Task ListItems_LimitOutOfRange_IsAnError(int limit)
    {
        await using var bench = new Bench();

        Assert.Contains("--limit", (await Assert.ThrowsAsync<UserError>(() => bench.SendAsync(new ListItems { Project = "p", Limit = limit }))).Message);
    }
}

using System.Text;
using Alignment.Pipeline.Items.Import;
using Alignment.Pipeline.Items.Import.Preview;
using Alignment.Shared;
using Microsoft.EntityFrameworkCore;

namespace Alignment.Pipeline.Tests.Items.Import;

public class PreviewTests
{
    private static readonly string[] Rows =
    [
        """{"prompt": "q", "chosen": "good", "rejected": "bad"}""",
        "",
        """{"prompt": "q", "chosen": "good"}""",
        """{"prompt": "q", "answers": ["a", "b", "c", "d"], "extra": 1}""",
        """{"text": "running text"}""",
    ];

    [Fact]
    public async Task Preview_ShowsWhatAnImportWillMake_AndStoresNothing()
    {
        await using var bench = new Bench();
        IReadOnlyList<RowPreview> rows = await PreviewAsync(bench, message => message);

        Assert.Equal([1, 3, 4, 5], rows.Select(row => row.Line));
        PreviewedItem pair = Assert.Single(rows[0].Items);
        Assert.Equal(("preference rows", "pair", "q"), (rows[0].Layout, pair.Kind, pair.Prompt[0].Content));
        Assert.Equal("good", pair.Verdict == "2" ? pair.AnswerA : pair.AnswerB);
        Assert.Equal(("missing", 3), (rows[1].Bad!.Code, rows[1].Bad!.Line));
        Assert.Equal(2, rows[2].Items.Count);
        Assert.Contains("extra_keys", rows[2].Notes);
        await using var db = bench.Db();
        Assert.Equal((0, 0), (await db.Projects.CountAsync(Bench.Token), await db.Items.CountAsync(Bench.Token)));
    }

    [Fact]
    public async Task Preview_GoesByTheOptions_AsTheImportDoes()
    {
        await using var bench = new Bench();
        IReadOnlyList<RowPreview> rows = await PreviewAsync(bench, message => message with { Relabel = true, Pairs = PairRule.All, Rows = 3 });

        Assert.Equal(3, rows.Count);
        Assert.Null(rows[0].Items[0].Verdict);
        Assert.Equal(6, rows[2].Items.Count);
        ImportResult imported = await bench.ImportAsync(message => message with { Relabel = true, Pairs = PairRule.All }, Rows);
        Assert.Equal((7, 0), (imported.ItemsAdded["pair"], imported.LabelsAdded));
    }

    [Fact]
    public async Task Preview_WithoutRows_SaysSo()
    {
        await using var bench = new Bench();
        using var content = new MemoryStream();

        UserError error = await Assert.ThrowsAsync<UserError>(() => bench.SendAsync(new PreviewRows { Content = content, FileName = "empty.jsonl" }));

        Assert.Contains("empty.jsonl holds no rows", error.Message);
    }

    [Fact]
    public void BadRowLine_Csv_QuotesWhatItMust()
    {
        var row = new BadRow(7, "missing", "'say \"no\"', is missing");

        Assert.Equal("7,missing,\"'say \"\"no\"\"', is missing\"", BadRowLine.Csv(row));
        Assert.Equal(row, BadRowLine.Read(BadRowLine.Json(row)));
    }

    private static async Task<IReadOnlyList<RowPreview>> PreviewAsync(Bench bench, Func<PreviewRows, PreviewRows> options)
    {
        using var content = new MemoryStream(Encoding.UTF8.GetBytes(string.Join('\n', Rows)));
        return await bench.SendAsync(options(new PreviewRows { Content = content, FileName = "rows.jsonl" }));
    }
}

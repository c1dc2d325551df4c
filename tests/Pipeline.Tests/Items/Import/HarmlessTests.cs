using System.Text;
using Alignment.Goldens;
using Alignment.Pipeline.Items.Import;

namespace Alignment.Pipeline.Tests.Items.Import;

/// <summary>Transcripts as Anthropic's HH data has them: every row is imported or reported.</summary>
public class HarmlessTests
{
    [Fact]
    public async Task Import_Transcripts_EachRowIsAccountedFor()
    {
        await using var bench = new Bench();
        string[] rows =
        [
            Row("\n\nHuman: one\n\nAssistant: good", "\n\nHuman: one\n\nAssistant: bad"),
            Row("\n\nHuman: two\n\nAssistant: ", "\n\nHuman: two\n\nAssistant: bad"),
            Row("\n\nHuman: three\n\nAssistant: a\n\nAssistant:  b\n\nHuman: c\n\nAssistant: good", "\n\nHuman: three\n\nAssistant: a\n\nAssistant:  b\n\nHuman: c\n\nAssistant: bad"),
            Row("\n\nHuman: four\n\nAssistant: a\n\nHuman: b\n\nAssistant: good", "\n\nHuman: four\n\nAssistant: c"),
            Row("\n\nHuman: five\n\nAssistant: the Human: is inside", "\n\nHuman: five\n\nAssistant: bad"),
            Row("\n\nHuman: six\n\nAssistant: good\n\nHuman: open", "\n\nHuman: six\n\nAssistant: good\n\nHuman: end"),
        ];
        List<(long, string)> bad = [];

        ImportResult result = await bench.ImportAsync(message => message with { BadRow = row => bad.Add((row.Line, row.Code)) }, Bench.Gzip(Encoding.UTF8.GetBytes(string.Join('\n', rows))));

        Assert.Equal((6, 3, 3), (result.Rows, result.Imported, result.Rejected));
        Assert.Equal([(2, "empty_text"), (4, "no_shared_prompt"), (6, "bad_turn")], bad);
        Assert.Equal([3L], result.Notes["two_turns_of_one_role"].FirstLines);
    }

    [Fact]
    [Trait("speed", "full")]
    public async Task Import_RealPairs_EachRowIsAccountedFor()
    {
        string path = Path.Combine(GoldenData.Shared, "data", "hh-harmless", "pairs.jsonl.gz");
        Assert.SkipUnless(File.Exists(path), $"{path} is not there");
        await using var bench = new Bench();
        Dictionary<long, string> bad = [];

        ImportResult result = await bench.ImportAsync(message => message with { BadRow = row => bad.Add(row.Line, row.Code) }, await File.ReadAllBytesAsync(path, Bench.Token));

        Assert.Equal((1500, 1495, 0, 5), (result.Rows, result.Imported, result.AlreadyThere, result.Rejected));
        Assert.Equal(1495, result.LabelsAdded);
        Assert.Equal([87L, 517, 926, 1104, 1255], bad.Keys.Order());
        Assert.Equal(4, bad.Values.Count(code => code == "empty_text"));
        Assert.Equal([668L, 764, 1320], result.Notes["two_turns_of_one_role"].FirstLines);
    }

    private static string Row(string chosen, string rejected) => System.Text.Json.JsonSerializer.Serialize(new { chosen, rejected });
}

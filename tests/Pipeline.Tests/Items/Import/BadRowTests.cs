using System.Globalization;
using System.Text;
using Alignment.Pipeline.Items.Import;
using Alignment.Pipeline.Storage;
using Alignment.Shared;
using Microsoft.EntityFrameworkCore;

namespace Alignment.Pipeline.Tests.Items.Import;

public class BadRowTests
{
    private const string Turn = """{"role": "user", "content": "Q"}, {"role": "assistant", "content": "A"}""";

    [Theory]
    [InlineData("[1]", "no_json", "list")]
    [InlineData("{\"text\": \"a\"", "no_json", "byte")]
    [InlineData("""{"text": "a", "text": "b"}""", "no_json", "twice")]
    [InlineData("""{"foo": 1, "bar": 2}""", "unknown_layout", "foo, bar")]
    [InlineData("{}", "unknown_layout", "none")]
    [InlineData("""{"chosen": "a", "rejected": "b", "text": "c"}""", "ambiguous_keys", "chosen, rejected, text")]
    [InlineData("""{"prompt": "q", "chosen": "a", "rejected": "b", "label": true}""", "ambiguous_keys", "label")]
    [InlineData("""{"prompt": "q", "text": "c"}""", "ambiguous_keys", "prompt")]
    [InlineData("""{"prompt": "q", "completion": "a", "response": "b"}""", "ambiguous_keys", "completion, response")]
    [InlineData("""{"prompt": "q", "answers": ["a"], "responses": ["b"]}""", "ambiguous_keys", "answers, responses")]
    [InlineData("""{"question": "q", "chosen": "a", "rejected": "b"}""", "not_supported", "prompt")]
    [InlineData("""{"prompt": "q", "completions": ["a"], "labels": [true]}""", "not_supported", "labels")]
    [InlineData("""{"messages": [{"role": "user", "content": "Q"}], "tools": []}""", "not_supported", "tool")]
    [InlineData("""{"chosen": "a"}""", "missing", "rejected")]
    [InlineData("""{"completion": "a"}""", "missing", "prompt")]
    [InlineData("""{"prompt": "q", "label": true}""", "missing", "completion")]
    [InlineData("""{"messages": [{"role": "assistant", "content": "a"}]}""", "missing", "before")]
    [InlineData("""{"messages": [{"role": "user"}]}""", "missing", "content")]
    [InlineData("""{"prompt": null, "chosen": "a", "rejected": "b"}""", "no_text", "null")]
    [InlineData("""{"prompt": "q", "chosen": null, "rejected": "b"}""", "no_text", "null")]
    [InlineData("""{"text": null}""", "no_text", "null")]
    [InlineData("""{"text": 3}""", "no_text", "a number")]
    [InlineData("""{"prompt": "q", "chosen": true, "rejected": "b"}""", "no_text", "true or false")]
    [InlineData("""{"messages": [{"role": "user", "content": [{"type": "text", "text": "q"}]}]}""", "no_text", "a list")]
    [InlineData("""{"prompt": "q", "answers": "a"}""", "no_text", "list of answers")]
    [InlineData("""{"prompt": "q", "chosen": " \n", "rejected": "b"}""", "empty_text", "chosen")]
    [InlineData("""{"text": ""}""", "empty_text", "text")]
    [InlineData("""{"prompt": [], "completion": "a"}""", "empty_text", "no turns")]
    [InlineData("""{"prompt": "q", "answers": []}""", "empty_text", "no answers")]
    [InlineData("""{"chosen": "\n\nHuman: q\n\nAssistant: ", "rejected": "\n\nHuman: q\n\nAssistant: a"}""", "empty_text", "turn 2")]
    [InlineData("""{"messages": [{"role": "tool", "content": "x"}]}""", "bad_turn", "role")]
    [InlineData("""{"messages": ["x"]}""", "bad_turn", "turn 1")]
    [InlineData("""{"messages": [{"role": "user", "content": "q"}]}""", "bad_turn", "assistant")]
    [InlineData("""{"messages": [{"role": "user", "content": "q"}, {"role": "system", "content": "s"}, {"role": "assistant", "content": "a"}]}""", "bad_turn", "system")]
    [InlineData("""{"messages": [{"role": "user", "content": "q", "tool_calls": [1]}]}""", "not_supported", "tool_calls")]
    [InlineData("""{"prompt": "q", "completion": "a", "label": 1}""", "bad_label", "a number")]
    [InlineData("""{"prompt": "q", "completion": "a", "label": "true"}""", "bad_label", "a text")]
    [InlineData($$"""{"chosen": [{"role": "system", "content": "s"}, {{Turn}}], "rejected": [{{Turn}}]}""", "system_on_one_side", "chosen")]
    [InlineData($$"""{"prompt": [{"role": "system", "content": "s"}, {"role": "user", "content": "Q"}], "chosen": [{{Turn}}], "rejected": [{{Turn}}]}""", "system_on_one_side", "prompt")]
    [InlineData("""{"chosen": "\n\nHuman: q\n\nAssistant: a\n\nHuman: r\n\nAssistant: b", "rejected": "\n\nHuman: q\n\nAssistant: c"}""", "no_shared_prompt", "first 1 of 4 and 2")]
    [InlineData($$"""{"chosen": [{{Turn}}, {{Turn}}], "rejected": [{{Turn}}]}""", "no_shared_prompt", "of 4 and 2")]
    [InlineData("""{"chosen": "yes", "rejected": "no"}""", "no_shared_prompt", "prompt")]
    [InlineData($$"""{"chosen": [{{Turn}}], "rejected": "b"}""", "no_shared_prompt", "conversation")]
    [InlineData($$"""{"prompt": "other", "chosen": [{{Turn}}], "rejected": [{{Turn}}]}""", "prompt_differs", "user turn")]
    [InlineData($$"""{"prompt": "Q", "chosen": [{{Turn}}], "rejected": [{{Turn}}], "messages": [{"role": "user", "content": "other"}]}""", "ambiguous_keys", "messages")]
    public async Task Import_BadRow_IsReportedByItsRule(string row, string code, string reason)
    {
        await using var bench = new Bench();

        BadRow bad = await bench.RejectAsync(Encoding.UTF8.GetBytes(row));

        Assert.Equal((1, code), (bad.Line, bad.Code));
        Assert.Contains(reason, bad.Reason);
    }

    public static TheoryData<byte[]> InvalidUnicode =>
    [
        Encoding.ASCII.GetBytes("""{"text": "a\ud800"}"""),
        Encoding.ASCII.GetBytes("""{"text": "\udc00b"}"""),
        Encoding.ASCII.GetBytes("""{"text": "a", "\ud800": 1}"""),
        Encoding.ASCII.GetBytes("""{"text": "a", "meta": {"deep": ["\uDBFF"]}}"""),
        Encoding.ASCII.GetBytes("""{"text": "a\u0000b"}"""),
        Text(0xFF),
        Text(0xED, 0xA0, 0x80),
        Text(0xC3),
    ];

    [Theory]
    [MemberData(nameof(InvalidUnicode))]
    public async Task Import_InvalidUnicode_IsReported(byte[] row)
    {
        await using var bench = new Bench();

        Assert.Equal("invalid_unicode", (await bench.RejectAsync(row)).Code);
    }

    [Fact]
    public async Task Import_Reason_NeverQuotesTheRow()
    {
        await using var bench = new Bench();

        BadRow bad = await bench.RejectAsync(Encoding.UTF8.GetBytes("""{"prompt": "secret", "chosen": [{"role": "secret", "content": "secret"}], "rejected": "secret"}"""));

        Assert.DoesNotContain("secret", bad.Reason);
    }

    [Fact]
    public async Task Import_BadRowsAmongGoodOnes_TheRestGoesOnAndTheSumsMatch()
    {
        await using var bench = new Bench();
        List<long> lines = [];
        string[] rows = [.. Enumerable.Range(1, 1300).Select(i => i % 13 == 0 ? "{" : i % 7 == 0 ? """{"text": "the same"}""" : $$"""{"text": "row {{i}}"}""")];

        ImportResult result = await bench.ImportAsync(message => message with { BadRow = row => lines.Add(row.Line) }, rows);

        Assert.Equal(1300, result.Rows);
        Assert.Equal(100, result.Rejected);
        Assert.Equal(result.Rows, result.Imported + result.AlreadyThere + result.Rejected);
        Assert.Equal(result.Imported, result.ItemsAdded["text"]);
        Assert.Equal(Enumerable.Range(1, 100).Select(i => 13L * i), lines);
    }

    [Fact]
    public async Task Import_ByteOrderMarkWindowsLinesAndNoLastLineFeed_AreRead()
    {
        await using var bench = new Bench();

        ImportResult result = await bench.ImportAsync(message => message, [0xEF, 0xBB, 0xBF, .. "{\"text\": \"a\"}\r\n \r\n{\"text\": \"b\"}"u8]);

        Assert.Equal((2, 2), (result.Rows, result.Imported));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Import_DamagedGzip_SaysSoAndKeepsNothingTwice(bool cut)
    {
        await using var bench = new Bench();
        string[] rows = [.. Enumerable.Range(0, 3000).Select(i => $$"""{"text": "{{Guid.NewGuid()}} {{i}}"}""")];
        byte[] whole = Bench.Gzip(Encoding.UTF8.GetBytes(string.Join('\n', rows)));
        byte[] damaged = cut ? whole[..(whole.Length / 2)] : [.. whole[..(whole.Length / 2)], .. new byte[200], .. whole[(whole.Length / 2)..]];

        UserError error = await Assert.ThrowsAsync<UserError>(() => bench.ImportAsync(message => message, damaged));
        await using (AlignmentDb db = bench.Db())
        {
            string read = error.Message.Split("damaged after ")[1].Split(' ')[0];
            Assert.Equal(read, (await db.Items.CountAsync(Bench.Token)).ToString(CultureInfo.InvariantCulture));
        }

        ImportResult result = await bench.ImportAsync(message => message, whole);

        Assert.Contains("damaged", error.Message);
        Assert.Equal((3000, 0), (result.Rows, result.Rejected));
        Assert.Equal(3000, result.Imported + result.AlreadyThere);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(50_000)]
    public async Task Import_GzipWithSomethingElseBehind_SaysSo(int garbage)
    {
        await using var bench = new Bench();
        byte[] whole = Bench.Gzip("{\"text\": \"a\"}\n"u8.ToArray());

        ImportResult two = await bench.ImportAsync(message => message, [.. whole, .. Bench.Gzip("{\"text\": \"b\"}\n"u8.ToArray())]);
        UserError error = await Assert.ThrowsAsync<UserError>(() => bench.ImportAsync(message => message, [.. whole, .. new byte[garbage]]));

        Assert.Equal(2, two.Imported);
        Assert.Contains("damaged after 1 rows", error.Message);
    }

    [Fact]
    public async Task Import_RowOfNonCharacters_IsImported()
    {
        await using var bench = new Bench();

        Assert.Equal(2, (await bench.ImportAsync("{\"prompt\": \"e\u0301 \uFFFE e\u0301\", \"completion\": \"a\"}", """{"text": "x"}""")).Imported);
    }

    [Fact]
    public async Task Import_ManyItemsOfFewRows_FitIntoOneBatch()
    {
        await using var bench = new Bench();
        string answers = string.Join(", ", Enumerable.Range(0, 300).Select(i => FormattableString.Invariant($"\"answer {i}\"")));

        ImportResult result = await bench.ImportAsync(message => message with { Pairs = PairRule.All }, $$"""{"prompt": "q", "answers": [{{answers}}]}""");

        Assert.Equal(300 * 299 / 2, result.ItemsAdded["pair"]);
    }

    [Fact]
    public async Task Import_EmptyFile_IsAnError()
    {
        await using var bench = new Bench();

        Assert.Contains("no rows", (await Assert.ThrowsAsync<UserError>(() => bench.ImportAsync("", " "))).Message);
    }

    private static byte[] Text(params byte[] bytes) => [.. "{\"text\": \""u8, .. bytes, .. "\"}"u8];
}

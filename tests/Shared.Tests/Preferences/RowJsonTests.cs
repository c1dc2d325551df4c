using System.Globalization;
using System.Text;
using Alignment.Shared.Preferences;

namespace Alignment.Shared.Tests.Preferences;

public sealed class RowJsonTests
{
    private static readonly Message[] Prompt = [new("user", "Größe? \"q\" <b> \u2028 😀")];
    private static readonly Message[] Answer = [new("assistant", "line\nbreak\\")];

    private static readonly PreferenceRow Pair = new(Prompt, Answer, [new("assistant", "")], "r1", "p1", 2.5, 0.75, 3, "import");

    [Fact]
    public void Write_Preference_HasTheContractsColumnsInOrder() => Assert.Equal(
        """{"prompt":[{"role":"user","content":"Größe? \"q\" <b> \u2028 😀"}],"chosen":[{"role":"assistant","content":"line\nbreak\\"}],"rejected":[{"role":"assistant","content":""}],"id":"r1","prompt_id":"p1","strength":2.5,"p":0.75,"votes":3,"source":"import"}""",
        Text(Pair).Replace("\u2028", "\\u2028", StringComparison.Ordinal).Replace("\\uD83D\\uDE00", "😀", StringComparison.Ordinal));

    [Fact]
    public void Write_OtherKinds_HaveTheContractsColumnsInOrder()
    {
        Message[] hi = [new("user", "hi")], yes = [new("assistant", "yes")];

        Assert.Equal("""{"prompt":[{"role":"user","content":"hi"}],"completion":[{"role":"assistant","content":"yes"}],"label":false,"id":"a","prompt_id":"b","votes":1,"source":"s"}""", Text(new UnpairedRow(hi, yes, false, "a", "b", 1, "s")));
        Assert.Equal("""{"prompt":[{"role":"user","content":"hi"}],"id":"a","prompt_id":"b"}""", Text(new PromptRow(hi, "a", "b")));
        Assert.Equal("""{"messages":[{"role":"user","content":"hi"},{"role":"assistant","content":"yes"}],"id":"a","prompt_id":"b"}""", Text(new DemonstrationRow([.. hi, .. yes], "a", "b")));
        Assert.Equal("""{"text":"hi","id":"a"}""", Text(new TextRow("hi", "a")));
    }

    [Fact]
    public void Write_WholeNumbers_KeepTheColumnsType() =>
        Assert.Contains("\"strength\":2.0,\"p\":1.0,\"votes\":3", Text(Pair with { Strength = 2, P = 1 }), StringComparison.Ordinal);

    [Theory]
    [InlineData("de-DE")]
    [InlineData("fa-IR")]
    public void WriteAndRead_OtherCulture_GiveTheSame(string culture)
    {
        string expected = Text(Pair);
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo(culture);

            Assert.Equal(expected, Text(Pair));
            Assert.Equal(2.5, RowJson.Read<PreferenceRow>(Encoding.UTF8.GetBytes(expected), "f:1").Strength);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void Read_WrittenRow_IsEqual()
    {
        PreferenceRow back = RowJson.Read<PreferenceRow>(RowJson.Write(Pair), "f:1");

        Assert.Equal(Prompt, back.Prompt);
        Assert.Equal(Answer, back.Chosen);
        Assert.Equal((Pair.Id, Pair.PromptId, Pair.Strength, Pair.P, Pair.Votes, Pair.Source), (back.Id, back.PromptId, back.Strength, back.P, back.Votes, back.Source));
    }

    [Theory]
    [InlineData("{\"text\":\"a\"}", "id")]
    [InlineData("{\"text\":null,\"id\":\"a\"}", "text")]
    [InlineData("{\"text\":1,\"id\":\"a\"}", "text")]
    [InlineData("{\"text\":\"a\",\"id\":\"a\",\"more\":1}", "more")]
    [InlineData("{\"text\":\"a\",\"text\":\"b\",\"id\":\"a\"}", "text")]
    [InlineData("{\"text\":\"\\ud800\",\"id\":\"a\"}", "")]
    [InlineData("{\"text\":\"a\"", "")]
    [InlineData("null", "")]
    public void Read_DamagedRow_NamesFileAndLine(string line, string column)
    {
        string message = Assert.Throws<UserError>(() => RowJson.Read<TextRow>(Encoding.UTF8.GetBytes(line), "train.jsonl:7")).Message;

        Assert.StartsWith("train.jsonl:7: ", message, StringComparison.Ordinal);
        Assert.Contains(column, message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_InvalidUtf8_IsRefused()
    {
        byte[] line = [.. "{\"text\":\"a"u8, 0xff, .. "\",\"id\":\"a\"}"u8];

        Assert.StartsWith("f:1: ", Assert.Throws<UserError>(() => RowJson.Read<TextRow>(line, "f:1")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_InvalidRows_AreRefused()
    {
        Assert.Contains("lone surrogate", Assert.Throws<UserError>(() => RowJson.Write(new TextRow("\udc00", "a"))).Message, StringComparison.Ordinal);
        Assert.Contains("chosen", Assert.Throws<UserError>(() => RowJson.Write(Pair with { Chosen = [] })).Message, StringComparison.Ordinal);
        Assert.Contains("content", Assert.Throws<UserError>(() => RowJson.Write(Pair with { Prompt = [new("user", null!)] })).Message, StringComparison.Ordinal);
        Assert.Contains("p is NaN", Assert.Throws<UserError>(() => RowJson.Write(Pair with { P = double.NaN })).Message, StringComparison.Ordinal);
        Assert.Contains("strength", Assert.Throws<UserError>(() => RowJson.Write(Pair with { Strength = 3.5 })).Message, StringComparison.Ordinal);
    }

    private static string Text(IRow row) => Encoding.UTF8.GetString(RowJson.Write(row));
}

using Alignment.Generation;
using Alignment.Shared;

namespace Alignment.Tests.Generation;

public sealed class AnswerFileTests : IDisposable
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName(), "answers.jsonl");

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(_path)!, recursive: true);

    [Fact]
    public void Open_AfterAKill_KeepsWholeLinesAndDropsTheTornOne()
    {
        var prompt = PromptToContinue.Of("Grüße 🙂", raw: false);
        using (var file = new AnswerFile(_path))
        {
            file.Add(prompt, ["one", "two\n"]);
        }

        File.AppendAllText(_path, """{"prompt": [{"role": "user", "con""");
        using (var file = new AnswerFile(_path))
        {
            Assert.True(file.TakeAnswered(prompt.Id));
            Assert.False(file.TakeAnswered(prompt.Id));
            file.Add(PromptToContinue.Of("x", raw: true), ["three"]);
        }

        string[] lines = File.ReadAllLines(_path);
        Assert.Equal("""{"prompt":[{"role":"user","content":"Grüße 🙂"}],"completions":["one","two\n"]}""", System.Text.RegularExpressions.Regex.Unescape(lines[0]).Replace("\n", "\\n", StringComparison.Ordinal));
        Assert.Equal("""{"prompt":"x","completions":["three"]}""", lines[1]);
    }

    [Fact]
    public void Open_AnotherFile_IsRefusedWithItsLine()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
        File.WriteAllText(_path, "{\"loss\": 1}\n");

        Assert.Contains(":1:", Assert.Throws<UserError>(() => new AnswerFile(_path)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"prompt": "hi"}""", "hi")]
    [InlineData("""{"prompt": [{"role": "user", "content": "hi"}]}""", "hi")]
    [InlineData("""{"messages": [{"role": "user", "content": "hi"}, {"role": "assistant", "content": "ho"}]}""", "hi")]
    [InlineData("""{"turns": ["hi", "and then?"]}""", "hi")]
    public void ReadFile_EveryForm_GivesTheLastUserTurn(string line, string expected)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
        File.WriteAllText(_path, line + "\n");

        PromptToContinue prompt = Assert.Single(PromptToContinue.ReadFile(_path, raw: false));
        Assert.Equal(expected, Assert.Single(prompt.Conversation).Content);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"prompt": 3}""")]
    [InlineData("""{"prompt": [{"role": "user"}]}""")]
    [InlineData("[]")]
    public void ReadFile_NoPrompt_NamesTheLine(string line)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
        File.WriteAllText(_path, line + "\n");

        Assert.Contains(":1:", Assert.Throws<UserError>(() => PromptToContinue.ReadFile(_path, raw: false)).Message, StringComparison.Ordinal);
    }
}

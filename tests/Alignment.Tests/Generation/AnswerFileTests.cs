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
            Assert.True(file.TakeAnswered(prompt));
            Assert.False(file.TakeAnswered(prompt));
            file.Add(PromptToContinue.Of("x", raw: true), ["three"]);
        }

        string[] lines = File.ReadAllLines(_path);
        Assert.Equal("""{"prompt":[{"role":"user","content":"Grüße 🙂"}],"completions":["one","two\n"]}""", System.Text.RegularExpressions.Regex.Unescape(lines[0]).Replace("\n", "\\n", StringComparison.Ordinal));
        Assert.Equal("""{"prompt":"x","completions":["three"]}""", lines[1]);
    }

    [Theory]
    [InlineData("{\"loss\": 1}\n", 1)]
    [InlineData("{\"prompt\": \"a\"}\n{\"prompt\": \"b\"}\n", 1)]
    [InlineData("{\"prompt\": \"a\"}", 1)]
    [InlineData("{\"prompt\": \"a\", \"completions\": [\"x\"]}\n{\"prompt\": \"b\", \"completions\": \"x\"}\n", 2)]
    [InlineData("{\"prompt\": \"a\", \"completions\": [\"x\"]}\nnotes without an end", 2)]
    [InlineData("notes without an end", 1)]
    public void Open_AnotherFile_IsRefusedWithItsLineAndStaysAsItWas(string content, int line)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
        File.WriteAllText(_path, content);

        Assert.Contains($"answers.jsonl:{line}:", Assert.Throws<UserError>(() => new AnswerFile(_path)).Message, StringComparison.Ordinal);
        Assert.Equal(content, File.ReadAllText(_path));
    }

    [Fact]
    public void Open_TornLine_StaysUntilTheFirstAnswer()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
        string content = """{"prompt":"a","completions":["x"]}""" + "\n{\"prom";
        File.WriteAllText(_path, content);
        new AnswerFile(_path).Dispose();

        Assert.Equal(content, File.ReadAllText(_path));
    }

    [Fact]
    public void TakeAnswered_PromptOfOtherLetters_IsAnotherPrompt()
    {
        using (var file = new AnswerFile(_path))
        {
            file.Add(PromptToContinue.Of("Hi", raw: false), ["one"]);
        }

        using var again = new AnswerFile(_path);
        Assert.False(again.TakeAnswered(PromptToContinue.Of("hi", raw: false)));
        Assert.False(again.TakeAnswered(PromptToContinue.Of("Hi", raw: true)));
        Assert.True(again.TakeAnswered(PromptToContinue.Of("Hi", raw: false)));
    }

    [Fact]
    public void Add_FullDisk_IsAnErrorThatNamesTheFile()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
        File.CreateSymbolicLink(_path, "/dev/full");
        using var file = new AnswerFile(_path);

        UserError error = Assert.Throws<UserError>(() => file.Add(PromptToContinue.Of("x", raw: true), ["y"]));
        Assert.Equal(ExitCodes.Failed, error.ExitCode);
        Assert.Contains(_path, error.Message, StringComparison.Ordinal);
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

using System.CommandLine;

using Alignment.Cli;
using Alignment.Shared;
using Alignment.Tests.Tokenization;
using Alignment.Tokenization;

namespace Alignment.Tests.Cli;

public class TrainTokenizerCommandTests
{
    [Fact]
    public async Task Invoke_RowsAndPlainText_WritesACompleteFolder()
    {
        using var folder = new TemporaryFolder();
        string rows = Path.Combine(folder.Path, "train.jsonl");
        string text = Path.Combine(folder.Path, "more.txt");
        await File.WriteAllTextAsync(rows, """{"messages":[{"role":"user","content":"quokka quokka"}],"id":"zebra zebra zebra"}""" + "\n", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(text, "wombat wombat\n", TestContext.Current.CancellationToken);
        string target = Path.Combine(folder.Path, "out");
        Assert.Equal(0, await Run("--data", rows, text, "--vocab", "300", "--out", target));
        Tokenizer tokenizer = TokenizerFolder.Load(target);
        Assert.NotNull(tokenizer.IdOf("Ġwombat") ?? tokenizer.IdOf("wombat"));
        Assert.NotNull(tokenizer.IdOf("Ġquokka") ?? tokenizer.IdOf("quokka"));
        Assert.Null(tokenizer.IdOf("zebra"));
        Assert.Equal(BpeTrainer.ChatMl, ChatTemplate.Load(target).Source);
    }

    [Theory, InlineData("{\"text\":\"a\"}\n{", "rows.jsonl:2"), InlineData(null, "rows.jsonl")]
    public async Task Invoke_DamagedOrMissingFile_NamesIt(string? content, string named)
    {
        using var folder = new TemporaryFolder();
        string rows = Path.Combine(folder.Path, "rows.jsonl");
        if (content is not null)
        {
            await File.WriteAllTextAsync(rows, content, TestContext.Current.CancellationToken);
        }

        UserError error = await Assert.ThrowsAsync<UserError>(() => Run("--data", rows, "--vocab", "300", "--out", Path.Combine(folder.Path, "out")));
        Assert.Contains(named, error.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(folder.Path, "out")));
    }

    private static Task<int> Run(params string[] arguments) =>
        TrainTokenizerCommand.Create().Parse(arguments).InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false }, TestContext.Current.CancellationToken);
}

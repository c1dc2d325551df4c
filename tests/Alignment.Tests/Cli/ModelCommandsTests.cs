using System.CommandLine;
using System.Text.Json.Nodes;

using Alignment.Checkpoints;
using Alignment.Cli;
using Alignment.Goldens;
using Alignment.Shared;
using Alignment.Tests.Models;

namespace Alignment.Tests.Cli;

/// <summary><c>init-model</c>, <c>generate</c> and <c>parity</c> through the command line.</summary>
public sealed class ModelCommandsTests : IDisposable
{
    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("model-commands-");
    private readonly TextWriter _out = Console.Out;
    private readonly TextWriter _error = Console.Error;
    private readonly StringWriter _printed = new();
    private readonly StringWriter _told = new();

    public ModelCommandsTests()
    {
        Console.SetOut(_printed);
        Console.SetError(_told);
    }

    public void Dispose()
    {
        Console.SetOut(_out);
        Console.SetError(_error);
        _data.Delete(recursive: true);
    }

    [Fact]
    public async Task InitModel_SameSeed_GivesTheSameCompleteFolder()
    {
        string one = await Init("one", "1");
        string two = await Init("two", "1");
        string other = await Init("other", "2");

        Assert.Equal(ModelHash.Of(one), ModelHash.Of(two));
        Assert.NotEqual(ModelHash.Of(one), ModelHash.Of(other));
        Assert.True(File.Exists(Path.Combine(one, "tokenizer.json")));
    }

    [Fact]
    public async Task InitModel_TokenizerWithMoreIds_IsRefusedWithBothNumbers()
    {
        string tokenizer = ChangedModel.Copy(Path.Combine(_data.FullName, "tokenizer")), folder = Path.Combine(_data.FullName, "model");
        ChangedModel.AddToken(tokenizer);

        Assert.Equal(ExitCodes.Usage, await Run("init-model", Path.Combine(tokenizer, "config.json"), "--out", folder));
        Assert.Contains("ids go up to 600", _told.ToString(), StringComparison.Ordinal);
        Assert.Contains("vocab_size 600", _told.ToString(), StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder));
    }

    [Fact]
    public async Task Generate_PromptWithoutEmbedding_IsRefusedAndOthersAreAnswered()
    {
        string model = ChangedModel.Copy(Path.Combine(_data.FullName, "tiny"));
        ChangedModel.AddToken(model);
        string[] generate = ["generate", model, "--precision", "fp32", "--max-tokens", "2", "--prompt"];

        Assert.Equal(ExitCodes.Done, await Run([.. generate, "one"]));
        Assert.Equal(ExitCodes.Usage, await Run([.. generate, ChangedModel.Extra]));
        Assert.Contains("has 600 embeddings", _told.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Generate_OutIsTheFileOfPrompts_IsRefusedAndKept()
    {
        string prompts = Path.Combine(_data.FullName, "prompts.jsonl");
        File.WriteAllText(prompts, "{\"prompt\": \"one\"}\n{\"prompt\": \"two\"}");

        Assert.Equal(ExitCodes.Usage, await Run("generate", "none", "--prompts", prompts, "--out", prompts));
        Assert.Equal("{\"prompt\": \"one\"}\n{\"prompt\": \"two\"}", File.ReadAllText(prompts));
    }

    [Fact]
    public async Task Generate_Interrupted_GoesOnToTheSameAnswers()
    {
        await Init("tiny", "1");
        string prompts = Path.Combine(_data.FullName, "prompts.jsonl");
        File.WriteAllLines(prompts, ["""{"prompt": "one"}""", """{"prompt": "two"}""", """{"prompt": "one"}""", """{"prompt": [{"role": "user", "content": "three"}]}"""]);
        string whole = await Generate(prompts, "whole.jsonl");
        string[] lines = File.ReadAllLines(whole);

        File.WriteAllText(Path.Combine(_data.FullName, "again.jsonl"), lines[0] + "\n" + lines[1][..20]);
        string again = await Generate(prompts, "again.jsonl");

        Assert.Equal(4, lines.Length);
        Assert.Equal(lines.Order(StringComparer.Ordinal), File.ReadAllLines(again).Order(StringComparer.Ordinal));
        Assert.All(lines, line => Assert.Equal(2, JsonNode.Parse(line)!["completions"]!.AsArray().Count));
        Assert.Contains("tokens per second", _told.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--temperature", "0")]
    [InlineData("--top-p", "1.5")]
    [InlineData("--n", "0")]
    public async Task Generate_OptionOutOfRange_IsNamed(string option, string value)
    {
        Assert.Equal(ExitCodes.Usage, await Run("generate", "none", "--prompt", "x", option, value));
        Assert.Contains(option, _told.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Parity_OfAnotherModel_FailsWithItsDifferences()
    {
        string folder = Path.Combine(GoldenData.Repository, "tests", "Goldens", "families", "llama");
        Assert.Equal(ExitCodes.Done, await Run("parity", folder, folder));
        Assert.Contains("passed", _printed.ToString(), StringComparison.Ordinal);

        Assert.Equal(ExitCodes.Failed, await Run("parity", await Init("tiny", "1"), folder));
        Assert.Contains("FAILED", _printed.ToString(), StringComparison.Ordinal);
    }

    private async Task<string> Init(string name, string seed)
    {
        string folder = Path.Combine(_data.FullName, "models", name);
        string repository = Path.Combine(GoldenData.Repository, "tests", "Goldens");
        Assert.Equal(ExitCodes.Done, await Run(
            "init-model", Path.Combine(repository, "families", "llama", "config.json"), "--out", folder, "--seed", seed,
            "--tokenizer", Path.Combine(repository, "tokenizers", "tiny-bpe")));
        return folder;
    }

    private async Task<string> Generate(string prompts, string name)
    {
        string file = Path.Combine(_data.FullName, name);
        Assert.Equal(ExitCodes.Done, await Run(
            "generate", "tiny", "--data-dir", _data.FullName, "--prompts", prompts, "--n", "2", "--max-tokens", "6", "--batch", "3",
            "--precision", "fp32", "--seed", "5", "--out", file));
        return file;
    }

    private static Task<int> Run(params string[] args) =>
        CommandLine.RunAsync(new RootCommand("align") { InitModelCommand.Create(), GenerateCommand.Create(), ParityCommand.Create() }, args);
}

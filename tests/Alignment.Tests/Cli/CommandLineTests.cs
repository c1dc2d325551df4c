using System.CommandLine;
using System.Text.Json.Nodes;

using Alignment.Cli;
using Alignment.Goldens;
using Alignment.Shared;

namespace Alignment.Tests.Cli;

public sealed class CommandLineTests : IDisposable
{
    private readonly TextWriter _out = Console.Out;
    private readonly TextWriter _error = Console.Error;
    private readonly StringWriter _printed = new();
    private readonly StringWriter _told = new();

    public CommandLineTests()
    {
        Console.SetOut(_printed);
        Console.SetError(_told);
    }

    public void Dispose()
    {
        Console.SetOut(_out);
        Console.SetError(_error);
    }

    [Fact]
    public async Task Run_UserError_IsItsMessageAndExitCode()
    {
        Assert.Equal(ExitCodes.Limit, await Run(() => throw new UserError("what, where, how", ExitCodes.Limit)));
        Assert.Equal("error: what, where, how", _told.ToString().Trim());
    }

    [Fact]
    public async Task Run_UserErrorOfATask_IsItsMessageAndExitCode()
    {
        Assert.Equal(ExitCodes.Usage, await Run(() => throw new AggregateException(new UserError("what"))));
        Assert.Equal("error: what", _told.ToString().Trim());
    }

    [Fact]
    public async Task Run_Fault_IsOneLineThatNamesTheDetails()
    {
        Assert.Equal(ExitCodes.Failed, await Run(() => throw new InvalidOperationException("first\nsecond")));
        string line = Assert.Single(_told.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.StartsWith("error: unexpected InvalidOperationException: first (details: ", line, StringComparison.Ordinal);
        string file = line.Split("details: ")[1].TrimEnd(')', '\r');
        string details = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
        File.Delete(file);
        Assert.Contains("second", details, StringComparison.Ordinal);
        Assert.Contains("   at ", details, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("verb", "--unknown")]
    [InlineData("verbb")]
    public async Task Run_WrongUsage_ExitsWithTwoAndPointsToTheHelp(params string[] args)
    {
        Assert.Equal(ExitCodes.Usage, await CommandLine.RunAsync(Root(() => 0), args));
        Assert.Contains("--help' shows", _told.ToString(), StringComparison.Ordinal);
        Assert.Empty(_printed.ToString());
    }

    [Fact]
    public async Task Help_OfTheRoot_ShowsSummariesAndOfAVerbItsExamples()
    {
        Assert.Equal(0, await CommandLine.RunAsync(Root(() => 0), ["--help"]));
        Assert.Contains("What it does.", _printed.ToString(), StringComparison.Ordinal);
        Assert.Contains("align [command]", _printed.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("Example", _printed.ToString(), StringComparison.Ordinal);
        Assert.Equal(0, await CommandLine.RunAsync(Root(() => 0), ["verb", "--help"]));
        Assert.Contains("Example: align verb", _printed.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_VerbsResult_IsTheExitCode() => Assert.Equal(ExitCodes.DoneWithFailures, await Run(() => ExitCodes.DoneWithFailures));

    [Fact]
    public async Task Inspect_Json_IsOneValueWithTheSizes()
    {
        string folder = Path.Combine(GoldenData.Repository, "tests", "Goldens", "families", "llama_tied");
        Assert.Equal(0, await CommandLine.RunAsync(new Command("align") { InspectCommand.Create() }, ["inspect", folder, "--json"]));
        JsonObject json = JsonNode.Parse(_printed.ToString())!.AsObject();
        Assert.Equal("llama", json["family"]!.GetValue<string>());
        Assert.True(json["sizes"]!["tied_head"]!.GetValue<bool>());
        Assert.Equal(json["parameters"]!.GetValue<long>() * 4, json["formats"]![0]!["bytes"]!.GetValue<long>());
        Assert.Equal("model.safetensors", json["files"]![1]!["name"]!.GetValue<string>());
        Assert.Empty(_told.ToString());
    }

    [Fact]
    public async Task Inspect_ModelThatCannotRun_StillShowsItsTensors()
    {
        string folder = Path.Combine(GoldenData.Repository, "tests", "Goldens", "loading", "unknown_activation");
        Assert.Equal(0, await CommandLine.RunAsync(new Command("align") { InspectCommand.Create() }, ["inspect", folder]));
        Assert.Contains("F32", _printed.ToString(), StringComparison.Ordinal);
        Assert.Contains("swoosh", _told.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Describe_HalfDone_NamesTheTimeLeft() =>
        Assert.Equal("reading: 25/100, 3 min 00 s left", ProgressLine.Describe("reading", 25, 100, TimeSpan.FromMinutes(1)));

    private static Task<int> Run(Func<int> verb) => CommandLine.RunAsync(Root(verb), ["verb"]);

    private static Command Root(Func<int> verb)
    {
        var command = new Command("verb", "What it does.\n\nExample: align verb");
        command.SetAction(_ => verb());
        return new Command("align", "What it is.") { command };
    }
}

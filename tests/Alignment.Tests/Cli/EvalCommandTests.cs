using System.CommandLine;
using System.Text.Json.Nodes;

using Alignment.Cli;
using Alignment.Evaluation;
using Alignment.Goldens;
using Alignment.Shared;
using Alignment.Tests.Models;
using Alignment.Tests.Training;

namespace Alignment.Tests.Cli;

/// <summary><c>eval preference</c> through the command line, on the trajectories' tiny model and rows.</summary>
public sealed class EvalCommandTests : IDisposable
{
    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("eval-command-");
    private readonly TextWriter _out = Console.Out;
    private readonly TextWriter _error = Console.Error;
    private readonly StringWriter _printed = new();
    private readonly StringWriter _told = new();

    public EvalCommandTests()
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
    public async Task Preference_SameWeightsWithAnotherTemplate_AreNotTakenFromTheCache()
    {
        string model = ChangedModel.Copy(At("model"));
        JsonNode before = await Report(model, model, "one");
        ChangedModel.Template(model, template => template.Replace("<|im_start|>", "<|im_start|>the ", StringComparison.Ordinal));
        JsonNode after = await Report(model, model, "one"), afresh = await Report(model, model, "two");

        Assert.NotEqual(Logps(before), Logps(after));
        Assert.Equal(Logps(afresh), Logps(after));
    }

    [Fact]
    public async Task Preference_AgainstAModelThatDropsMoreRows_ComparesThoseThatAllKeep()
    {
        string other = ChangedModel.Copy(At("other"));
        ChangedModel.Template(other, template => "{{ 'Two friends talk about many things, and one of them knows the answer. ' }}" + template);
        JsonNode alone = await Report(TinyRun.Model, TinyRun.Model, "one", "--max-length", "80");
        JsonNode both = await Report(TinyRun.Model, TinyRun.Model, "one", "--max-length", "80", "--against", other);

        Assert.InRange(Pairs(both["reward_accuracy"]), 1, Pairs(alone["reward_accuracy"]) - 1);
        Assert.Equal(Pairs(both["reward_accuracy"]), Pairs(both["against"]!["other_accuracy"]));
        Assert.Equal(64, Pairs(both["reward_accuracy"]) + both["dropped"]!.GetValue<int>());
    }

    [Theory]
    [InlineData("tokenizer")]
    [InlineData("template")]
    public async Task Preference_ReferenceThatTokenizesOtherwise_IsRefusedByName(string what)
    {
        string reference = ChangedModel.Copy(At("reference"));
        if (what == "tokenizer")
        {
            ChangedModel.SwapLetters(reference);
        }
        else
        {
            ChangedModel.Template(reference, template => "{{ bos_token }}" + template);
        }

        Assert.Equal(ExitCodes.Usage, await Run(TinyRun.Model, reference, "one"));
        Assert.Contains($"--reference {reference} make other tokens of row 1 (line 1)", _told.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Preference_FullDisk_IsNamedAfterTheReport()
    {
        string model = ChangedModel.Copy(At("models", "tiny"));
        File.CreateSymbolicLink(Path.Combine(model, EvaluationFile.Name), "/dev/full");

        Assert.Equal(ExitCodes.Failed, await Run(model, model, ""));
        Assert.Equal(64, Pairs(JsonNode.Parse(_printed.ToString())!["reward_accuracy"]));
        Assert.Contains($"{EvaluationFile.Name} can not be written", _told.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("unexpected", _told.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Preference_LineCutOffByAFullDisk_IsWrittenOver()
    {
        string model = ChangedModel.Copy(At("models", "tiny")), file = Path.Combine(model, EvaluationFile.Name);
        File.WriteAllText(file, "{\"kind\":\"first\"}\n{\"kind\":\"cut");

        await Report(model, model, "");
        Assert.Equal(["first", "preference"], File.ReadLines(file).Select(line => JsonNode.Parse(line)!["kind"]!.GetValue<string>()));
    }

    private static string Logps(JsonNode report) => report["mean_logps"]!.ToJsonString();

    private static int Pairs(JsonNode? accuracy) => accuracy!["pairs"]!.GetValue<int>();

    private async Task<JsonNode> Report(string model, string reference, string data, params string[] options)
    {
        _printed.GetStringBuilder().Clear();
        Assert.Equal(ExitCodes.Done, await Run(model, reference, data, options));
        return JsonNode.Parse(_printed.ToString())!;
    }

    private Task<int> Run(string model, string reference, string data, params string[] options) => CommandLine.RunAsync(
        new RootCommand("align") { EvalCommand.Create() },
        [
            "eval", "preference", model, "--reference", reference, "--data", GoldenData.At("trajectories", TinyRun.Rows, "rows.jsonl"), "--split", "train",
            "--data-dir", At(data), "--precision", "fp32", "--threads", "1", "--json", .. options,
        ]);

    private string At(params string[] parts) => Path.Combine([_data.FullName, .. parts]);
}

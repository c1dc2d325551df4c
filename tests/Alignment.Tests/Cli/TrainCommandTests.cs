using Alignment.Cli;
using Alignment.Data;
using Alignment.Goldens;
using Alignment.Shared.Runs;
using Alignment.Tests.Data;

namespace Alignment.Tests.Cli;

public class TrainCommandTests
{
    [Fact]
    public void Describe_SequenceWithoutColours_MarksWhatIsLearned()
    {
        EncodedPair pair = Sample.Encoder(new EncodingRules(ConventionNames.Trl116, 50)).Encode([Sample.Text("q", "xy", "z")]).Rows[0];
        Assert.Equal("<s>·q·«x»«y»«</s>»", DataPreviewCommand.Describe(new CharacterTokenizer(), pair.Chosen, colours: false));
        Assert.Equal(3, DataPreviewCommand.Describe(new CharacterTokenizer(), pair.Chosen, colours: true).Split(["on green", "on lime"], StringSplitOptions.None).Length - 1);
    }

    [Fact]
    public async Task Train_TwiceIntoOneFolder_IsRefusedUntilResumed()
    {
        string folder = Directory.CreateTempSubdirectory("train-command").FullName;
        try
        {
            string yaml = Path.Combine(folder, "run.yaml"), run = Path.Combine(folder, "run"), data = Path.Combine(folder, "data");
            await File.WriteAllTextAsync(
                yaml,
                $"trainer: dpo\nmodel: {GoldenData.At("trajectories", "models", "llama")}\ndata: {GoldenData.At("trajectories", "dpo_sigmoid", "rows.jsonl")}\nthreads: 1\nmax_length: 96\nlimits: {{ steps: 1 }}\n",
                TestContext.Current.CancellationToken);
            string[] train = ["train", yaml, "--out", run, "--data-dir", data];
            Assert.Equal(0, await RunAsync(train));
            Assert.True(File.Exists(Path.Combine(run, "console.log")));
            Assert.Equal(2, await RunAsync(train));
            Assert.Equal(2, await RunAsync([.. train, "--resume"]));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static Task<int> RunAsync(string[] arguments) =>
        CommandLine.RunAsync(new System.CommandLine.RootCommand("test") { TrainCommand.Create() }, arguments);
}

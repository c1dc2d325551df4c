using Alignment.Cli;
using Alignment.Data;
using Alignment.Goldens;
using Alignment.Shared.Runs;
using Alignment.Tests.Data;
using Alignment.Training;

namespace Alignment.Tests.Cli;

public class TrainCommandTests
{
    [Fact]
    public void Describe_SequenceWithoutColours_MarksWhatIsLearned()
    {
        EncodedPair pair = Sample.Encoder(new EncodingRules(ConventionNames.Trl116, 50)).Encode([Sample.Text("q", "xy", "z")]).Rows[0];
        Assert.Equal("<s>·q·«x»«y»«</s>»", DataPreviewCommand.Describe(new CharacterTokenizer(), pair.Chosen, colours: false));
        Assert.Equal(3, DataPreviewCommand.Describe(new CharacterTokenizer(), pair.Chosen, colours: true).Split("on green").Length - 1);
    }

    [Fact]
    public void Describe_Step_HasLossMarginAccuracySpeedMemoryAndTimeLeft()
    {
        var metrics = new Dictionary<string, double>
        {
            [MetricNames.Loss] = 0.68123,
            [MetricNames.RewardsMargins] = 0.031,
            [MetricNames.RewardsAccuracies] = 0.625,
            [MetricNames.TokensPerSecond] = 412.4,
            [MetricNames.MemoryBytes] = 2.9e9,
        };
        var report = new StepReport(new TrainState { Step = 12, Seconds = 24 }, 100, metrics, []);
        Assert.Equal("step 12/100, loss 0.6812, margin 0.0310, accuracy 0.63, 412 tok/s, 2.9 GB, 2 min 56 s left", RunConsole.Describe(report));
        Assert.StartsWith("step 12, loss", RunConsole.Describe(report with { LastStep = int.MaxValue }), StringComparison.Ordinal);
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

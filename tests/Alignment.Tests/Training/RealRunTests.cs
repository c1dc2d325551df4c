using Alignment.Goldens;
using Alignment.Shared;
using Alignment.Shared.Runs;
using Alignment.Training;

namespace Alignment.Tests.Training;

/// <summary>A run of the real model: two threads, default batching.</summary>
public sealed class RealRunTests : IDisposable
{
    private readonly string _data = Directory.CreateTempSubdirectory("real-run").FullName;

    public void Dispose() => Directory.Delete(_data, recursive: true);

    [Fact, Trait("speed", "full")]
    public void Run_RealModelStoppedAndResumed_GivesTheBitsOfAnUninterruptedOne()
    {
        string model = Path.Combine(GoldenData.Shared, "models", "SmolLM2-135M-Instruct.Q4_1.gguf");
        string rows = Path.Combine(GoldenData.Shared, "goldens", "trajectories", "real_dpo", "rows.jsonl");
        Assert.SkipUnless(GoldenData.Full && File.Exists(model) && File.Exists(rows), "needs ALIGNMENT_FULL=1 and the real model");
        RunSpec spec = RunSpecYaml.Parse(
            $"trainer: dpo\nmodel: {model}\ndata: {rows}\nthreads: 2\nmax_length: 256\nlimits: {{ steps: 3 }}\nbatch: {{ rows_per_step: 4 }}\noptimizer: {{ learning_rate: 1.0e-4 }}\nlora: {{ rank: 8 }}\n",
            "run.yaml");
        byte[] whole = Train(spec, "whole", stopAfter: null);
        Assert.True(whole.AsSpan().SequenceEqual(Train(spec, "stopped", stopAfter: 2)), "weights differ");
    }

    private byte[] Train(RunSpec spec, string name, int? stopAfter)
    {
        var folder = new RunFolder(Path.Combine(_data, name));
        Directory.CreateDirectory(folder.Root);
        var request = new RunRequest(spec, _data, folder, new DataFolder(Path.Combine(_data, name + "-data")), "test");
        LoopResult result = Run(request, new Stopper(folder, stopAfter));
        if (!result.Completed)
        {
            Assert.Equal(stopAfter, result.State.Step);
            Assert.True(Run(request with { Resume = true }, new Stopper(folder, null)).Completed);
        }

        return File.ReadAllBytes(Path.Combine(folder.Model, "model.safetensors"));
    }

    private static LoopResult Run(RunRequest request, IRunConsole console)
    {
        using var run = new TrainRun(request, console);
        return run.Run(TestContext.Current.CancellationToken);
    }

    private sealed class Stopper(RunFolder folder, int? after) : IRunConsole
    {
        public void Note(string text)
        {
        }

        public void Progress(StepReport report)
        {
            if (report.State.Step == after)
            {
                File.WriteAllText(folder.StopFile, "");
            }
        }
    }
}

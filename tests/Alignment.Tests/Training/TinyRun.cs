using Alignment.Goldens;
using Alignment.Shared;
using Alignment.Shared.Runs;
using Alignment.Training;

namespace Alignment.Tests.Training;

/// <summary>A run of the trajectories' tiny model in a temporary data folder, through the product's own run.</summary>
internal sealed class TinyRun : IDisposable
{
    public const string Rows = "dpo_sigmoid", Texts = "sft_text";

    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("tiny-run");

    public TinyRun(string yaml, string trainer = TrainerNames.Dpo, string rows = Rows)
    {
        string text = $"trainer: {trainer}\nmodel: {Model}\ndata: {GoldenData.At("trajectories", rows, "rows.jsonl")}\nthreads: 1\nmax_length: 128\n{yaml}\n";
        Spec = RunSpecYaml.Parse(text, "run.yaml");
        Folder = new RunFolder(Path.Combine(_data.FullName, "runs", "x"));
        Directory.CreateDirectory(Folder.Root);
        Console = new Recorder(this);
    }

    public static string Model => GoldenData.At("trajectories", "models", "llama");

    public RunSpec Spec { get; set; }

    public RunFolder Folder { get; }

    public Recorder Console { get; }

    /// <summary>The stop file is written after this step.</summary>
    public int? StopAfter { get; set; }

    public string DataRoot => _data.FullName;

    public LoopResult Train(bool resume = false)
    {
        var request = new RunRequest(Spec, _data.FullName, Folder, new DataFolder(_data.FullName), "test") { Resume = resume };
        using var run = new TrainRun(request, Console);
        return run.Run(TestContext.Current.CancellationToken);
    }

    /// <summary>The bytes of the result's weights.</summary>
    public byte[] Weights() => File.ReadAllBytes(Path.Combine(Folder.Model, "model.safetensors"));

    public void Dispose() => _data.Delete(recursive: true);

    internal sealed class Recorder(TinyRun run) : IRunConsole
    {
        public List<string> Notes { get; } = [];

        public List<StepReport> Steps { get; } = [];

        public void Note(string text) => Notes.Add(text);

        public void Progress(StepReport report)
        {
            Steps.Add(report);
            if (report.State.Step == run.StopAfter)
            {
                File.WriteAllText(run.Folder.StopFile, "");
            }
        }
    }
}

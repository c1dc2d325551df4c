using System.Text.Json.Nodes;

using Alignment.Checkpoints;
using Alignment.Data;
using Alignment.Goldens;
using Alignment.Shared.Runs;
using Alignment.Tokenization;
using Alignment.Training;

using TorchSharp;

using static TorchSharp.torch;

namespace Alignment.Tests.Training.Trajectories;

/// <summary>Whole training runs of TRL, from text to final weights, one suite per trainer.</summary>
public class TrajectorySuites
{
    private const string Suite = "trajectories";

    [Theory, Trait("suite", "golden")]
    [InlineData(TrainerNames.Sft)]
    [InlineData(TrainerNames.Dpo)]
    public void Trajectories_OfATrainer_AreReached(string trainer)
    {
        TrajectoryCase[] runs = [.. Runs().Where(run => run.Trainer == trainer)];
        Assert.SkipUnless(runs.Length > 0, $"{GoldenData.Root} has no trajectories of {trainer}");
        var suite = new GoldenSuite($"{Suite}/{trainer}");
        foreach (TrajectoryCase run in runs)
        {
            suite.Case(run.Name, run.Names(), () => OnThreads(run, () => Replay(run, suite)));
        }

        suite.Finish();
    }

    [Fact, Trait("suite", "golden")]
    public void Trajectories_OfOtherTrainers_AreNamedAsUnsupported() =>
        Assert.All(Runs().Where(run => run.Trainer is not (TrainerNames.Sft or TrainerNames.Dpo)), run => Assert.NotNull(GoldenSuite.Unsupported("trainers", run.Trainer)));

    private static IEnumerable<TrajectoryCase> Runs() => GoldenData.Has(Suite)
        ? Directory.EnumerateDirectories(GoldenData.At(Suite)).Order(StringComparer.Ordinal)
            .Where(folder => File.Exists(Path.Combine(folder, "run.json")))
            .Select(folder => new TrajectoryCase(folder))
            .Where(run => !run.IsReal || File.Exists(run.ModelPath))
        : [];

    private static void Replay(TrajectoryCase run, GoldenSuite suite)
    {
        RowEncoder encoder = Encoder(run, out int padId);
        CompareBatches(run, TrajectoryRows.Encode(run, encoder, padId, sharePrompt: false), null, "batches.safetensors");
        foreach (bool sharePrompt in run.Trainer == TrainerNames.Dpo ? new[] { false, true } : [false])
        {
            using var replay = new TrajectoryReplay(run, suite, share => TrajectoryRows.Encode(run, encoder, padId, share), sharePrompt, null);
            replay.Replay();
            replay.CompareFinal();
        }

        if (run.Second is JsonObject second)
        {
            CompareBatches(run, TrajectoryRows.Encode(run, encoder, padId, sharePrompt: false), second, "batches_second.safetensors");
            using var replay = new TrajectoryReplay(run, suite, share => TrajectoryRows.Encode(run, encoder, padId, share), false, second);
            replay.Replay();
            replay.CompareFinal();
        }

        if (run.Run["resume"] is JsonObject resume)
        {
            CompareResumed(run, suite, share => TrajectoryRows.Encode(run, encoder, padId, share), resume["interrupted_after_step"]!.GetValue<int>());
        }
    }

    private static void OnThreads(TrajectoryCase run, Action replay)
    {
        int before = get_num_threads();
        set_num_threads(run.Run["threads"]!.GetValue<int>());
        try
        {
            replay();
        }
        finally
        {
            set_num_threads(before);
        }
    }

    private static RowEncoder Encoder(TrajectoryCase run, out int padId)
    {
        Tokenizer tokenizer;
        ChatTemplate? template;
        if (run.IsReal)
        {
            using GgufFile file = GgufFile.Open(run.ModelPath);
            (tokenizer, template) = (GgufTokenizer.Load(file.Metadata), ChatTemplate.TryFromGguf(file.Metadata));
        }
        else
        {
            (tokenizer, template) = (TokenizerFolder.Load(run.ModelPath), ChatTemplate.TryLoad(run.ModelPath));
        }

        padId = tokenizer.PadId ?? 0;
        return new RowEncoder(tokenizer, template, run.Rules());
    }

    private static void CompareBatches(TrajectoryCase run, IRowSet rows, JsonObject? config, string file)
    {
        var planner = new BatchPlanner(run.Plan(config), rows);
        using SafetensorsFile recorded = SafetensorsFile.Open(run.At(file));
        for (int step = 0; step < planner.StepsPerEpoch; step++)
        {
            IReadOnlyList<int[]> micro = planner.Step(0, step);
            for (int m = 0; m < micro.Count; m++)
            {
                TrajectoryRows.CompareBatch(FormattableString.Invariant($"step{step + 1:00}.micro{m}"), rows.Collate(micro[m]), recorded);
            }
        }
    }

    private static void CompareResumed(TrajectoryCase run, GoldenSuite suite, Func<bool, IRowSet> rows, int interruptedAfter)
    {
        string folder = Directory.CreateTempSubdirectory("resume").FullName;
        try
        {
            var store = new CheckpointStore(new RunFolder(folder), keep: 1);
            using (var whole = new TrajectoryReplay(run, suite, rows, false, null))
            {
                whole.Replay();
                using Tensor expected = whole.Parts.Parameters.Master.clone();
                Interrupt(run, suite, rows, interruptedAfter, store);
                using var resumed = new TrajectoryReplay(run, suite, rows, false, null);
                Checkpoint checkpoint = store.Newest()!;
                resumed.Parts.Restore(checkpoint);
                resumed.Replay(checkpoint.State);
                Assert.True(expected.eq(resumed.Parts.Parameters.Master).all().ToBoolean(), "the resumed run's weights differ from the uninterrupted one's");
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Interrupt(TrajectoryCase run, GoldenSuite suite, Func<bool, IRowSet> rows, int after, CheckpointStore store)
    {
        TrajectoryReplay? first = null;
        using (first = new TrajectoryReplay(run, suite, rows, false, null) { StopAfter = after, OnSave = state => store.Save(state, first!.Parts.StateTensors()) })
        {
            first.Replay();
        }
    }
}

using Alignment.Data;
using Alignment.Losses;
using Alignment.Models;
using Alignment.Shared.Preferences;
using Alignment.Shared.Runs;
using Alignment.Shared.Snapshots;
using Alignment.Training;

using static TorchSharp.torch;

namespace Alignment.Tests.Training;

/// <summary>The tiny model with its loop, for tests that change a part of it. Trains every weight in fp32.</summary>
internal sealed class TinyLoop : ILoopHost, IDisposable
{
    private readonly LoadedModel _model = LoadedModel.Load(TinyRun.Model, ScalarType.Float32, CPU);
    private readonly Policy _policy;

    public TinyLoop(BatchPlan plan, string trainer = TrainerNames.Dpo, bool sharePrompt = false, Action<CausalModel>? change = null, Func<EncodedPair, EncodedPair>? plant = null)
    {
        set_num_threads(1);
        change?.Invoke(_model.Model);
        Encoder = new RowEncoder(_model.Tokenizer, _model.Template, new EncodingRules(ConventionNames.Trl116, 128));
        Texts = [.. TrainingData.Open(Alignment.Goldens.GoldenData.At("trajectories", TinyRun.Rows, "rows.jsonl")).Rows(SnapshotSplit.Train).Cast<PairTrainingRow>()];
        Rows = trainer == TrainerNames.Dpo
            ? new PairSet([.. Encoder.Encode(Texts).Rows.Select(plant ?? (pair => pair))], 3, sharePrompt)
            : new CompletionSet(Encoder.Encode(Texts.Select(row => ExampleRow.Of(row)!)).Rows, 3);
        Planner = new BatchPlanner(plan, Rows);
        if (Rows is PairSet pairs)
        {
            pairs.Reference = Reference();
        }

        Parameters = FlatParameters.Create(_model.Model.Weights, ParameterGroup.ByDecay(0));
        _policy = new Policy(_model.Model, Parameters.GradientOf);
        IObjective objective = trainer == TrainerNames.Dpo
            ? new DpoObjective(_policy, new PairLossPlan(PairLosses.Find(LossNames.Sigmoid), new PairLossOptions(0.1)))
            : new SftObjective(_policy);
        Parts = new LoopParts(objective, Rows, Planner, Parameters, new AdamW(Parameters, new AdamWOptions()));
    }

    public RowEncoder Encoder { get; }

    public PairTrainingRow[] Texts { get; }

    public IRowSet Rows { get; }

    public BatchPlanner Planner { get; }

    public FlatParameters Parameters { get; }

    public LoopParts Parts { get; }

    public CausalModel Model => _model.Model;

    public List<StepReport> Steps { get; } = [];

    public Action<StepReport>? OnStep { get; init; }

    public Action<TrainState>? OnEvaluate { get; init; }

    public Action<TrainState>? OnSave { get; init; }

    public string? StopRequested => null;

    public TrainLoop Train(int steps, double maxGradNorm = 1e9)
    {
        var loop = new TrainLoop(Parts, new LoopOptions { Steps = steps, LearningRate = 1e-3, MaxGradNorm = maxGradNorm }, this);
        loop.Run(new TrainState(), TestContext.Current.CancellationToken);
        return loop;
    }

    public LoopResult Train(LoopOptions options, TrainState? start = null) =>
        new TrainLoop(Parts, options, this).Run(start ?? new TrainState(), TestContext.Current.CancellationToken);

    public PreparedStep FirstStep()
    {
        IReadOnlyList<int[]> micro = Planner.Step(0, 0);
        return new PreparedStep(0, 0, [.. micro.Select(Rows.Collate)], StepContext.Of(Rows, micro));
    }

    public void Stepped(StepReport report)
    {
        Steps.Add(report);
        OnStep?.Invoke(report);
    }

    public void Evaluate(TrainState state) => OnEvaluate?.Invoke(state);

    public void Save(TrainState state) => OnSave?.Invoke(state);

    public void Dispose()
    {
        Parts.Optimizer.Dispose();
        _policy.Dispose();
        Parameters.Dispose();
        _model.Dispose();
    }

    private ReferenceLogps Reference()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("reference");
        using Policy frozen = Policy.Frozen(_model.Model);
        ReferenceLogps values = new ReferenceCache(folder.FullName).Get("x", Rows, BatchPlanner.Pass(Rows, 4, byLength: true), () => frozen);
        folder.Delete(recursive: true);
        return values;
    }
}

using Alignment.Data;
using Alignment.Models;
using Alignment.Shared;
using Alignment.Shared.Runs;
using Alignment.Training;

using TorchSharp;

using static TorchSharp.torch;

namespace Alignment.Tests.Training;

public class TrainLoopTests
{
    private const int Steps = 4;

    [Theory]
    [InlineData(TrainerNames.Dpo, 1, false, false)]
    [InlineData(TrainerNames.Dpo, 3, false, true)]
    [InlineData(TrainerNames.Dpo, 8, true, false)]
    [InlineData(TrainerNames.Dpo, 2, true, true)]
    [InlineData(TrainerNames.Sft, 1, false, false)]
    [InlineData(TrainerNames.Sft, 3, false, true)]
    public void Run_OtherMicroBatchesOfTheSameSteps_GivesTheSameWeights(string trainer, int microBatch, bool sharePrompt, bool byLength)
    {
        using var one = new TinyLoop(new BatchPlan(8, 8) { Seed = 4, ByLength = false }, trainer);
        using var other = new TinyLoop(new BatchPlan(8, microBatch) { Seed = 4, ByLength = byLength }, trainer, sharePrompt);
        one.Train(Steps);
        other.Train(Steps);
        Assert.All(one.Steps.Zip(other.Steps), step =>
        {
            Assert.Equal(step.First.Metrics[MetricNames.Loss], step.Second.Metrics[MetricNames.Loss], 2e-5);
            Assert.Equal(step.First.Metrics[MetricNames.NumTokens], step.Second.Metrics[MetricNames.NumTokens]);
        });
        using Tensor difference = (one.Parameters.Master - other.Parameters.Master).abs();
        Assert.InRange(difference.mean().ToDouble(), 0, 1e-6);
    }

    [Fact]
    public void Run_EachStep_ReadsFromTheDeviceOnce()
    {
        using var loop = new TinyLoop(new BatchPlan(8, 2));
        Assert.Equal(Steps, loop.Train(Steps).HostReads);
    }

    [Theory]
    [InlineData(TrainerNames.Dpo)]
    [InlineData(TrainerNames.Sft)]
    public void Run_ManySteps_KeepsNoTensors(string trainer)
    {
        var live = new List<long>();
        using var loop = new TinyLoop(new BatchPlan(4, 2), trainer, sharePrompt: true)
        {
            OnStep = _ => live.Add(DisposeScopeManager.Statistics.ThreadTotalLiveCount),
        };
        loop.Train(8);
        Assert.True(live.Skip(3).Distinct().Count() == 1, string.Join(", ", live));
    }

    [Fact]
    public void Run_LossNotFinite_NamesTheRow()
    {
        using var loop = new TinyLoop(new BatchPlan(8, 2) { Shuffle = false });
        ((PairSet)loop.Rows).Reference!.Chosen[5] = double.NaN;
        UserError error = Assert.Throws<UserError>(() => loop.Train(1));
        Assert.Contains("the loss of step 1 is not finite", error.Message, StringComparison.Ordinal);
        Assert.Contains(loop.Rows.Name(5), error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(loop.Rows.Name(4) + ",", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_GradientNotFinite_NamesTheRows()
    {
        using var loop = new TinyLoop(new BatchPlan(2, 1) { Shuffle = false });
        LinearSlot slot = loop.Model.Decoder.Linears.Values.First();
        slot.Map = new SteepMap(slot.Map);
        UserError error = Assert.Throws<UserError>(() => loop.Train(1));
        Assert.Contains("the gradient of step 1 is not finite", error.Message, StringComparison.Ordinal);
        Assert.Contains(loop.Rows.Name(1), error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2, 4)] // due there: it came before the checkpoint
    [InlineData(3, 4)] // not due there
    [InlineData(4)] // the last step, killed while the result was written
    public void Run_FromACheckpoint_EvaluatesNoStepAgain(int checkpoint, params int[] expected)
    {
        List<int> evaluated = [];
        List<TrainState> saved = [];
        using var loop = new TinyLoop(new BatchPlan(4, 4)) { OnEvaluate = state => evaluated.Add(state.Step), OnSave = saved.Add };
        var options = new LoopOptions { Steps = Steps, EvaluateEvery = 2, SaveEvery = 1 };
        loop.Train(options);
        Assert.Equal([2, 4], evaluated);
        evaluated.Clear();
        Assert.True(loop.Train(options, saved.Single(state => state.Step == checkpoint)).Completed);
        Assert.Equal(expected, evaluated);
    }

    [Fact]
    public void Run_FromACheckpointAfterWhichTheTimeIsUp_EvaluatesItsStep()
    {
        List<int> evaluated = [];
        using var loop = new TinyLoop(new BatchPlan(4, 4)) { OnEvaluate = state => evaluated.Add(state.Step) };
        loop.Train(new LoopOptions { Time = TimeSpan.FromSeconds(1), Steps = Steps, EvaluateEvery = 2 }, new TrainState { Step = 3, Seconds = 2, Evaluated = 2 });
        Assert.Equal([3], evaluated);
    }

    [Fact]
    public void Run_TimeLimit_CountsEvaluations()
    {
        List<TrainState> saved = [];
        using var loop = new TinyLoop(new BatchPlan(4, 4)) { OnEvaluate = _ => Thread.Sleep(600), OnSave = saved.Add };
        LoopResult result = loop.Train(new LoopOptions { Steps = 50, Time = TimeSpan.FromSeconds(0.5), EvaluateEvery = 1, SaveEvery = 1 });
        Assert.InRange(result.State.Step, 1, 2);
        double inSteps = loop.Steps.Sum(step => step.Metrics[MetricNames.StepSeconds]);
        Assert.InRange(saved[^1].Seconds, inSteps + 0.59, double.MaxValue);
    }

    // Adds a zero whose derivative is infinite.
    private sealed class SteepMap(LinearMap inner) : LinearMap
    {
        public override Tensor Forward(Tensor x) => inner.Forward(x + (x * 0).sqrt());
    }

    [Fact]
    public void Values_OfTerms_AreDividedOnceAndLeftOutWithoutRows()
    {
        var sums = new MetricSums();
        sums.Add("loss", 3, 2);
        sums.Add("loss", 1, 2);
        sums.Add("loss", "sft", 8, 4);
        sums.Add("empty", 0, 0);
        Assert.Equal([KeyValuePair.Create("loss", 3.0)], sums.Values());
    }
}

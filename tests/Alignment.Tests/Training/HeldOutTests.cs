using Alignment.Data;
using Alignment.Shared;
using Alignment.Shared.Runs;
using Alignment.Training;

namespace Alignment.Tests.Training;

public class HeldOutTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Measure_AnyMicroBatch_GivesTheSameMetrics(int microBatch)
    {
        using var loop = new TinyLoop(new BatchPlan(4, 4));
        IReadOnlyDictionary<string, double> values = HeldOut.Measure(loop.Parts.Objective, loop.Rows, microBatch, 0);
        Assert.Equal(Math.Log(2), values["eval_" + MetricNames.Loss], 1e-6);
        Assert.All(values.Keys, name => Assert.StartsWith(MetricNames.Held, name, StringComparison.Ordinal));
    }

    [Fact]
    public void Measure_LossNotFinite_NamesTheRows()
    {
        using var loop = new TinyLoop(new BatchPlan(4, 4));
        ((PairSet)loop.Rows).Reference!.Chosen[5] = double.NaN;
        UserError error = Assert.Throws<UserError>(() => HeldOut.Measure(loop.Parts.Objective, loop.Rows, 2, 7));
        Assert.Contains("after step 7 the loss is not finite on 1 held-out rows", error.Message, StringComparison.Ordinal);
        Assert.Contains(loop.Rows.Name(5) + ":", error.Message, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Failed, error.ExitCode);
    }
}

using Alignment.Data;

namespace Alignment.Tests.Data;

public class BatchPlannerTests
{
    [Fact]
    public void Step_AllOfAnEpoch_TakesEachRowOnceAndKeepsThePartialStep()
    {
        var planner = new BatchPlanner(new BatchPlan(8, 3) { Seed = 5 }, new Lengths(21));
        Assert.Equal(3, planner.StepsPerEpoch);
        int[] rows = [.. Enumerable.Range(0, 3).SelectMany(step => planner.Step(0, step)).SelectMany(micro => micro)];
        Assert.Equal(Enumerable.Range(0, 21), rows.Order());
        Assert.Equal(5, planner.Step(0, 2).Sum(micro => micro.Length));
    }

    [Fact]
    public void Step_OfAnotherPlannerOutOfOrder_IsTheSame()
    {
        var plan = new BatchPlan(4, 2) { Seed = 9 };
        var first = new BatchPlanner(plan, new Lengths(30));
        int[][][] steps = [.. Enumerable.Range(0, 16).Select(i => first.Step(i / 8, i % 8).ToArray())];
        var second = new BatchPlanner(plan, new Lengths(30));
        Assert.Equal(steps[13], second.Step(1, 5));
        Assert.Equal(steps[2], second.Step(0, 2));
        Assert.NotEqual(steps[0], steps[8]);
    }

    [Fact]
    public void Step_ByLength_KeepsTheStepsRowsAndSortsThemInside()
    {
        var sorted = new BatchPlanner(new BatchPlan(8, 2) { Seed = 1 }, new Lengths(40));
        var plain = new BatchPlanner(new BatchPlan(8, 2) { Seed = 1, ByLength = false }, new Lengths(40));
        int[] rows = [.. sorted.Step(0, 1).SelectMany(micro => micro)];
        Assert.Equal(plain.Step(0, 1).SelectMany(micro => micro).Order(), rows.Order());
        Assert.Equal(rows.Select(row => row * 7 % 11), rows.Select(row => row * 7 % 11).Order());
    }

    [Fact]
    public void Step_InFileOrder_TakesRowsAsTheyStand()
    {
        var planner = new BatchPlanner(new BatchPlan(4, 2) { Shuffle = false, ByLength = false }, new Lengths(10));
        Assert.Equal([[4, 5], [6, 7]], planner.Step(3, 1));
    }

    private sealed class Lengths(int count) : IRowSet
    {
        public int Count => count;

        public int Length(int row) => row * 7 % 11;

        public int Labels(int row) => 1;

        public string Name(int row) => $"{row}";

        public SequenceBatch Collate(int[] rows) => throw new NotSupportedException();
    }
}

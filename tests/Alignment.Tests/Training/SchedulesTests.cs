using Alignment.Shared;
using Alignment.Training;

namespace Alignment.Tests.Training;

public class SchedulesTests
{
    [Theory]
    [InlineData("constant", 0, 0)]
    [InlineData("linear", 5, 0.5)]
    [InlineData("linear", 10, 1)]
    [InlineData("linear", 30, 0.5)]
    [InlineData("linear", 50, 0)]
    [InlineData("linear", 60, 0)]
    [InlineData("cosine", 30, 0.5)]
    [InlineData("cosine", 50, 0)]
    [InlineData("constant", 30, 1)]
    public void Factor_TenStepsOfWarmupOfFifty_IsTheKnownOne(string name, long step, double factor) =>
        Assert.Equal(factor, Schedules.Factor(name, step, warmupSteps: 10, totalSteps: 50), 1e-15);

    [Fact]
    public void Factor_UnknownName_ListsThoseThereAre() =>
        Assert.Contains("cosine", Assert.Throws<UserError>(() => Schedules.Factor("cosinus", 1, 0, 10)).Message, StringComparison.Ordinal);
}

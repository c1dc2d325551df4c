using Alignment.Shared.Preferences;

namespace Alignment.Shared.Tests.Preferences;

public class VerdictsTests
{
    [Theory]
    [InlineData("1", 1)]
    [InlineData("7", 7)]
    [InlineData("0", null)]
    [InlineData("8", null)]
    [InlineData("both_bad", null)]
    [InlineData("up", null)]
    [InlineData(null, null)]
    public void Grade_Verdict_IsItsNumber(string? verdict, int? grade) => Assert.Equal(grade, Verdicts.Grade(verdict));

    [Fact]
    public void Counts_EveryVerdict_ExceptSkipAndFlag()
    {
        string[] counted = [.. Verdicts.OfPairs.Concat(Verdicts.OfSingles).Where(Verdicts.Counts).Distinct()];

        Assert.Equal(["1", "2", "3", "4", "5", "6", "7", "both_bad", "up", "down"], counted);
        Assert.False(Verdicts.Counts(null));
    }
}

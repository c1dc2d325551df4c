using Alignment.Pipeline.Labeling;

namespace Alignment.Pipeline.Tests.Labeling;

public class CurrentJudgmentsTests
{
    [Fact]
    public void Of_RevisedJudgments_KeepsTheLastOfEachChain()
    {
        Judgment[] all = [Make(1, null), Make(2, null), Make(3, 1), Make(4, 3), Make(5, null)];

        Assert.Equal([2L, 4, 5], CurrentJudgments.Of(all.Reverse()).Select(judgment => judgment.Id));
    }

    [Fact]
    public void Of_TwoRevisionsOfOneJudgment_TheNewestCounts()
    {
        Judgment[] all = [Make(1, null), Make(2, 1), Make(3, 1)];

        Assert.Equal(3, Assert.Single(CurrentJudgments.Of(all)).Id);
    }

    private static Judgment Make(long id, long? revises) => new()
    {
        Id = id,
        ItemId = 1,
        Kind = JudgmentKind.Pair,
        Verdict = "4",
        LabelerKind = LabelerKind.Person,
        LabelerId = "a",
        IdempotencyKey = $"{id}",
        RevisesId = revises,
        CreatedAt = DateTime.UtcNow,
    };
}

using Alignment.Models;
using Alignment.Shared;

using static TorchSharp.torch;

namespace Alignment.Tests.Models;

public sealed class TokenLayoutTests
{
    [Fact]
    public void FromMask_PaddingOnEitherSide_PositionsCountTokens()
    {
        using TokenLayout layout = TokenLayout.FromMask(new[,] { { true, true, true, false }, { false, false, true, true } }, CPU);

        Assert.Equal([0L, 1, 2, 1, 1, 1, 0, 1], layout.Positions.data<long>().ToArray());
        Assert.Equal([new Segment(0, 0, 3), new Segment(1, 2, 2)], layout.Segments);
        Assert.False(layout.IsPlain);
        Assert.Equal(2, layout.MaxPosition);
    }

    [Fact]
    public void FromMask_HoleInARow_IsRefused() =>
        Assert.Contains("row 0", Assert.Throws<UserError>(() => TokenLayout.FromMask(new[,] { { true, false, true } }, CPU)).Message, StringComparison.Ordinal);

    [Fact]
    public void SharedPrompt_Answers_ContinueThePromptsPositions()
    {
        using TokenLayout layout = TokenLayout.SharedPrompt([(3, 2, 1)], 7, CPU);

        Assert.Equal([0L, 1, 2, 3, 4, 3, 1], layout.Positions.data<long>().ToArray());
        Assert.Equal([true, true, true, true, true, true, false], layout.Valid().data<bool>().ToArray());
    }

    [Theory]
    [InlineData(0, 3, 3, -1)]
    [InlineData(2, 0, 1, -1)]
    [InlineData(0, 0, 0, -1)]
    [InlineData(0, 0, 1, 0)]
    public void FromSegments_SegmentThatDoesNotFit_IsRefused(int row, int start, int length, int continues) =>
        Assert.Throws<ArgumentException>(() => TokenLayout.FromSegments(2, 5, [new Segment(row, start, length, continues)], CPU));
}

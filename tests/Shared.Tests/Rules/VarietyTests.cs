using Alignment.Shared.Rules;

namespace Alignment.Shared.Tests.Rules;

public class VarietyTests
{
    [Fact]
    public void Distinct2_RepeatedPairs_CountOnce()
    {
        Assert.Equal(3.0 / 6, Variety.Distinct2(["a b c", "A  b d", "a b\nc"]), 12);
        Assert.Equal(1, Variety.Distinct2(["a b c d"]));
        Assert.Equal(0, Variety.Distinct2(["a", ""]));
    }
}

namespace Alignment.EndToEnd.Tests;

public class PlaceholderTests
{
    [Fact]
    public void Placeholder_IsReplaced() => Assert.True(true);
}

using Alignment.Shared.Runs;

namespace Alignment.Shared.Tests.Runs;

public sealed class RunSpecChangesTests
{
    private const string Start = "trainer: dpo\nmodel: a\ndata: b\n";

    [Theory]
    [InlineData("", "seed: 1\nlimits: {}\n")]
    [InlineData("", "seed: 2\n", "seed (1 then, 2 now)")]
    [InlineData("", "limits: { steps: 3 }\n", "limits.steps (not given then, 3 now)")]
    [InlineData("reference: \"x: y\"\n", "optimizer: { betas: [0.9, 0.95] }\n", "reference (\"x: y\" then, not given now)", "optimizer.betas ([0.9, 0.999] then, [0.9, 0.95] now)")]
    public void Of_TwoSpecs_NamesTheKeysThatDiffer(string then, string now, params string[] expected) =>
        Assert.Equal(expected, RunSpecChanges.Of(Written(then), Written(now)));

    [Fact]
    public void Of_ASectionThatCame_NamesItsKeys()
    {
        IReadOnlyList<string> changes = RunSpecChanges.Of(Written(""), Written("lora: { rank: 4 }\n"));

        Assert.Contains("lora.rank (not given then, 4 now)", changes);
        Assert.All(changes, change => Assert.StartsWith("lora.", change, StringComparison.Ordinal));
    }

    private static string Written(string more) => RunSpecYaml.Write(RunSpecYaml.Parse(Start + more, "run.yaml"));
}

using Alignment.Generation;
using Alignment.Models;
using Alignment.Tests.Models;

using TorchSharp;

using static TorchSharp.torch;

namespace Alignment.Tests.Generation;

public sealed class TextGeneratorTests
{
    private static readonly HashSet<int> NoEos = [];

    [Fact]
    public void Run_Greedy_EqualsRecomputingTheWholeText()
    {
        using CausalModel model = TinyModel.Create();
        int[] prompt = TinyModel.Ids(5, 1);
        var expected = new List<int>();
        using (no_grad())
        {
            for (int i = 0; i < 8; i++)
            {
                using var scope = NewDisposeScope();
                expected.Add((int)model.Head.Logits(TinyModel.Alone(model, [.. prompt, .. expected]))[-1].argmax().item<long>());
            }
        }

        Assert.Equal(expected, Run(model, new SamplingOptions { Greedy = true }, [prompt], 8, 1, NoEos)[0].Ids);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(8)]
    public void Run_AnyBatch_GivesTheSameDraws(int batch)
    {
        using CausalModel model = TinyModel.Create();
        int[][] prompts = [.. Enumerable.Range(0, 7).Select(i => TinyModel.Ids(2 + i * 3 % 5, i))];
        var sampling = new SamplingOptions { Temperature = 0.8, TopK = 20, TopP = 0.9, Seed = 5 };
        HashSet<int> eos = [.. Enumerable.Range(0, 8)];

        GenerationResult[] alone = Run(model, sampling, prompts, 12, 1, eos);
        GenerationResult[] together = Run(model, sampling, prompts, 12, batch, eos);

        Assert.Equal(alone.Select(r => string.Join(',', r.Ids)), together.Select(r => string.Join(',', r.Ids)));
        Assert.Equal(alone.Select(r => r.Ended), together.Select(r => r.Ended));
        Assert.Contains(alone, r => r.Ended);
        Assert.Contains(alone, r => !r.Ended);
    }

    [Fact]
    public void Run_EndOfText_IsTheLastIdAndEndsTheRow()
    {
        using CausalModel model = TinyModel.Create();
        GenerationResult free = Run(model, new SamplingOptions { Greedy = true }, [TinyModel.Ids(5, 1)], 8, 1, NoEos)[0];
        int end = free.Ids[3];

        GenerationResult result = Run(model, new SamplingOptions { Greedy = true }, [TinyModel.Ids(5, 1)], 8, 1, [end])[0];

        Assert.True(result.Ended);
        Assert.Equal(free.Ids.TakeWhile(id => id != end).Append(end), result.Ids);
    }

    [Fact]
    public void Run_AnotherSeed_GivesOtherDraws()
    {
        using CausalModel model = TinyModel.Create();
        int[][] prompts = [TinyModel.Ids(5, 1)];

        Assert.NotEqual(
            Run(model, new SamplingOptions { Seed = 1 }, prompts, 12, 1, NoEos)[0].Ids,
            Run(model, new SamplingOptions { Seed = 2 }, prompts, 12, 1, NoEos)[0].Ids);
    }

    [Fact]
    public void Run_Tokens_ComeOneByOne()
    {
        using CausalModel model = TinyModel.Create();
        var seen = new List<int>();
        var generator = new TextGenerator(model, new SamplingOptions(), new GenerationLimits(6, NoEos, 2));
        generator.Run([new GenerationRequest(TinyModel.Ids(3, 1), 0)], result => Assert.Equal(seen, result.Ids), (_, id) => seen.Add(id), TestContext.Current.CancellationToken);

        Assert.Equal(6, seen.Count);
    }

    [Fact]
    public void Run_LeavesNoTensorsBehind()
    {
        using CausalModel model = TinyModel.Create();
        int[][] prompts = [TinyModel.Ids(3, 1), TinyModel.Ids(4, 2), TinyModel.Ids(70, 3)];
        Run(model, new SamplingOptions(), prompts, 4, 2, NoEos);
        long live = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        Run(model, new SamplingOptions(), prompts, 70, 2, NoEos);

        Assert.Equal(live, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    public static TheoryData<SamplingOptions, int[]> Filters => new()
    {
        { new SamplingOptions { Greedy = true }, [0] },
        { new SamplingOptions { Greedy = true, ForbiddenRuns = [[0]] }, [1] },
        { new SamplingOptions { Greedy = true, MinNewTokens = 1 }, [1] },
        { new SamplingOptions { TopK = 2 }, [0, 1] },
        { new SamplingOptions { TopP = 0.6 }, [0, 1] },
        { new SamplingOptions { MinP = 0.7 }, [0] },
        { new SamplingOptions { EpsilonCutoff = 0.25 }, [0, 1] },
        { new SamplingOptions { EtaCutoff = 0.25 }, [0, 1, 2] },
        { new SamplingOptions { TypicalP = 0.2 }, [1] },
        { new SamplingOptions { NoRepeatRun = 1, RepetitionPenalty = 1.5 }, [1, 2] },
    };

    [Theory]
    [MemberData(nameof(Filters), DisableDiscoveryEnumeration = true)]
    public void Choose_EveryFilter_LeavesOnlyItsTokens(SamplingOptions options, int[] expected)
    {
        var sampler = new Sampler(options, new HashSet<int> { 0 });
        float[] logits = [MathF.Log(0.5f), MathF.Log(0.3f), MathF.Log(0.2f)];

        Assert.Equal(expected, Enumerable.Range(0, 300).Select(stream => sampler.Choose(logits, [0], 0, (ulong)stream)).Distinct().Order());
    }

    [Fact]
    public void Choose_ManyDraws_FollowTheDistribution()
    {
        var sampler = new Sampler(new SamplingOptions { Seed = 3 }, NoEos);
        float[] logits = [MathF.Log(0.5f), MathF.Log(0.3f), MathF.Log(0.2f)];
        int[] counts = new int[3];
        for (ulong stream = 0; stream < 4000; stream++)
        {
            counts[sampler.Choose(logits, [], 0, stream)]++;
        }

        Assert.InRange(counts[0], 1870, 2130);
        Assert.InRange(counts[2], 690, 910);
    }

    private static GenerationResult[] Run(CausalModel model, SamplingOptions sampling, int[][] prompts, int maxTokens, int batch, HashSet<int> eos)
    {
        var results = new GenerationResult[prompts.Length];
        new TextGenerator(model, sampling, new GenerationLimits(maxTokens, eos, batch))
            .Run(prompts.Select((p, i) => new GenerationRequest(p, (ulong)i)), result => results[result.Request] = result);
        return results;
    }
}

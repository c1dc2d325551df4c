using Alignment.Generation;
using Alignment.Models;
using Alignment.Tests.Serving;

using TorchSharp;

using static TorchSharp.torch;

using Functional = TorchSharp.torch.nn.functional;

namespace Alignment.Tests.Generation;

public sealed class RowBatchTests
{
    private const int Steps = 40;

    private sealed class NotedRow(int[] prompt, Sampler sampler, ulong stream) : BatchRow(prompt, sampler, stream, alternatives: 2)
    {
        public List<double> Noted { get; } = [];

        public void Note() => Noted.Add(Logprobs!.Chosen.Logprob);
    }

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.BFloat16)]
    public void Rows_ThatComeAndGo_HaveTheBitsOfEachAlone(ScalarType dtype)
    {
        Assert.SkipUnless(ProductsTakeFourRows(dtype), "this processor's matrix products round a row otherwise when more rows stand beside it");
        using CausalModel model = CausalModel.Load(TestServer.Model, dtype, CPU);
        int[][] prompts = [.. Enumerable.Range(0, 7).Select(i => Enumerable.Range(0, 3 + 23 * i % 70).Select(j => 20 + (37 * i + 11 * j) % 700).ToArray())];
        double[][] alone = [.. prompts.Select((prompt, i) => Run(model, [(prompt, i)]).Single())];

        IReadOnlyList<double>[] together = Run(model, [.. prompts.Select((prompt, i) => (prompt, i))]);

        Assert.Equal(alone, together);
    }

    [Fact]
    public void Join_RowsOfOnePrompt_AreComputedOnceAndDrawApart()
    {
        using CausalModel model = CausalModel.Load(TestServer.Model, ScalarType.Float32, CPU);
        int[] prompt = [20, 30, 40];
        var sampler = new Sampler(new SamplingOptions { Temperature = 2, Seed = 1 }, new HashSet<int>());
        NotedRow[] rows = [.. Enumerable.Range(0, 5).Select(i => new NotedRow(prompt, sampler, (ulong)i))];
        using var batch = new RowBatch(model, room: 1);
        batch.Join(rows);
        Assert.Single(rows.Select(row => row.Logprobs!.Likeliest[0]).Distinct());
        for (int i = 0; i < Steps; i++)
        {
            batch.Step();
        }

        Assert.Equal(5, rows.Select(row => string.Join(',', row.NewIds)).Distinct().Count());
    }

    [Fact]
    public void Logprobs_OfARowOfLogits_AreItsSoftmax()
    {
        float[] logits = [1, 3, 2, 3, -50];
        double sum = logits.Sum(logit => Math.Exp(logit));
        var read = TokenLogprobs.Of(logits, 2, 3);

        Assert.Equal(Math.Log(Math.Exp(2) / sum), read.Chosen.Logprob, 1e-9);
        Assert.Equal([1, 3, 2], read.Likeliest.Select(token => token.Id));
        Assert.Empty(TokenLogprobs.Of(logits, 2, 0).Likeliest);
    }

    [Fact]
    public void Steps_LeaveNoTensorsBehind()
    {
        using CausalModel model = CausalModel.Load(TestServer.Model, ScalarType.Float32, CPU);
        Run(model, [([20, 30], 0)]);
        long live = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        Run(model, [.. Enumerable.Range(0, 6).Select(i => (Enumerable.Range(20, 30 + i).ToArray(), i))]);

        Assert.Equal(live, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    // Each row joins one step after the one before it and leaves after its own number of steps.
    private static double[][] Run(CausalModel model, (int[] Prompt, int Stream)[] requests)
    {
        var sampler = new Sampler(new SamplingOptions { Seed = 3 }, new HashSet<int>());
        NotedRow[] rows = [.. requests.Select(request => new NotedRow(request.Prompt, sampler, (ulong)request.Stream))];
        using var batch = new RowBatch(model, room: 1);
        for (int i = 0; i < rows.Length || batch.Rows.Count > 0; i++)
        {
            batch.Step();
            foreach (NotedRow row in batch.Rows.Cast<NotedRow>())
            {
                row.Note();
            }

            batch.Leave(row => ((NotedRow)row).Noted.Count >= Steps - row.PromptIds.Count % 7);
            if (i < rows.Length)
            {
                batch.Join([rows[i]]);
                rows[i].Note();
            }
        }

        return [.. rows.Select(row => row.Noted.ToArray())];
    }

    private static bool ProductsTakeFourRows(ScalarType dtype)
    {
        using var noGradients = no_grad();
        using var scope = NewDisposeScope();
        using var generator = new Generator(1, CPU);
        Tensor x = randn([8, 128], generator: generator, device: CPU).to(dtype);
        Tensor weight = randn([384, 128], generator: generator, device: CPU).to(dtype);
        return Functional.linear(x, weight).narrow(0, 0, 4).eq(Functional.linear(x.narrow(0, 0, 4), weight)).all().item<bool>();
    }
}

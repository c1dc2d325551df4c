using System.Text.Json.Nodes;

using Alignment.Models;
using Alignment.Native;

using TorchSharp;

using static TorchSharp.torch;

namespace Alignment.Tests.Models;

public sealed class DecoderTests
{
    private const double Tolerance = 2e-5;

    [Theory]
    [InlineData(0, 0)]
    [InlineData(5, 0)]
    [InlineData(0, 5)]
    [InlineData(2, 9)]
    public void Forward_PaddingOnAnySide_ChangesNothing(int left, int right)
    {
        using CausalModel model = TinyModel.Create();
        using var scope = NewDisposeScope();
        int[][] texts = [TinyModel.Ids(7, 1), TinyModel.Ids(4, 2)];
        int columns = left + 7 + right;
        bool[,] mask = new bool[2, columns];
        long[] ids = new long[2 * columns];
        for (int row = 0; row < 2; row++)
        {
            for (int i = 0; i < texts[row].Length; i++)
            {
                mask[row, left + i] = true;
                ids[row * columns + left + i] = texts[row][i];
            }
        }

        using TokenLayout layout = TokenLayout.FromMask(mask, CPU);
        Tensor hidden = model.Decoder.Forward(tensor(ids, [2, columns], device: CPU), layout); // [2, T, D]

        for (int row = 0; row < 2; row++)
        {
            Near(hidden[row].narrow(0, left, texts[row].Length), TinyModel.Alone(model, texts[row]));
        }
    }

    [Fact]
    public void Forward_PackedRow_EqualsTheTextsAlone()
    {
        using CausalModel model = TinyModel.Create();
        using var scope = NewDisposeScope();
        (int[] first, int[] second) = (TinyModel.Ids(6, 1), TinyModel.Ids(3, 2));
        using TokenLayout layout = TokenLayout.Packed([0, 6, 9], 11, CPU);
        Tensor hidden = model.Decoder.Forward(TinyModel.Tensor([.. first, .. second, 0, 0]), layout)[0];

        Near(hidden.narrow(0, 0, 6), TinyModel.Alone(model, first));
        Near(hidden.narrow(0, 6, 3), TinyModel.Alone(model, second));
    }

    [Theory]
    [InlineData(ScalarType.Float32, Tolerance, 2e-5)]
    [InlineData(ScalarType.BFloat16, 0.15, 0.05)]
    public void Forward_SharedPrompt_EqualsTwoRowsWithTheirGradients(ScalarType dtype, double tolerance, double gradientTolerance)
    {
        using CausalModel model = TinyModel.Create(dtype: dtype);
        (int[] prompt, int[] chosen, int[] rejected) = (TinyModel.Ids(5, 1), TinyModel.Ids(4, 2), TinyModel.Ids(2, 3));
        foreach (Weight weight in model.Weights)
        {
            weight.Value.requires_grad_(true);
        }

        using var scope = NewDisposeScope();
        using TokenLayout layout = TokenLayout.SharedPrompt([(5, 4, 2)], 12, CPU);
        Tensor shared = model.Decoder.Forward(TinyModel.Tensor([.. prompt, .. chosen, .. rejected, 0]), layout)[0]; // [12, D]
        (Tensor one, Tensor other) = (TinyModel.Alone(model, [.. prompt, .. chosen]), TinyModel.Alone(model, [.. prompt, .. rejected]));

        Near(shared.narrow(0, 0, 9), one, tolerance);
        Near(shared.narrow(0, 9, 2), other.narrow(0, 5, 2), tolerance);
        Dictionary<string, Tensor> expected = Gradients(model, Weigh(one) + Weigh(other));
        Tensor twice = cat([shared.narrow(0, 0, 9), shared.narrow(0, 0, 5), shared.narrow(0, 9, 2)], 0);
        Dictionary<string, Tensor> actual = Gradients(model, Weigh(twice.narrow(0, 0, 9)) + Weigh(twice.narrow(0, 9, 7)));
        foreach ((string name, Tensor gradient) in expected)
        {
            double relative = (actual[name] - gradient).norm().item<float>() / gradient.norm().item<float>();
            Assert.True(relative <= gradientTolerance, $"gradient of {name} differs by {relative}");
        }
    }

    [Theory]
    [InlineData(ScalarType.Float32, Tolerance)]
    [InlineData(ScalarType.BFloat16, 0.2)]
    public void Forward_WithCache_EqualsTheWholeText(ScalarType dtype, double tolerance)
    {
        using CausalModel model = TinyModel.Create(dtype: dtype);
        using var noGradients = no_grad();
        using var scope = NewDisposeScope();
        int[][] texts = [TinyModel.Ids(9, 1), TinyModel.Ids(70, 2)];
        using var cache = new KvCache(model.Config, 2, dtype, CPU);
        Tensor[] whole = [.. texts.Select(t => TinyModel.Alone(model, t))];

        // The beginnings, padded on the left, then two tokens at once, then one by one.
        using TokenLayout start = TokenLayout.FromSegments(2, 62, [new Segment(0, 61, 1), new Segment(1, 0, 62)], CPU);
        Tensor first = model.Decoder.Forward(TinyModel.Tensor([.. new int[61], texts[0][0]], texts[1][..62]), start, cache);
        Near(first[0].narrow(0, 61, 1), whole[0].narrow(0, 0, 1), tolerance);
        Near(first[1], whole[1].narrow(0, 0, 62), tolerance);
        int[] done = [1, 62];
        foreach (int step in new[] { 2, 1, 1, 3, 1 })
        {
            using TokenLayout layout = TokenLayout.Continuing(cache.Lengths, step, CPU);
            Tensor next = model.Decoder.Forward(TinyModel.Tensor([.. texts.Select((t, r) => t[done[r]..(done[r] + step)])]), layout, cache);
            for (int row = 0; row < 2; row++)
            {
                Near(next[row], whole[row].narrow(0, done[row], step), tolerance);
                done[row] += step;
            }
        }

        Assert.Equal([9, 70], cache.Lengths);
    }

    [Theory]
    [InlineData("gelu")]
    [InlineData("gelu_pytorch_tanh")]
    [InlineData("relu")]
    public void Forward_EveryActivation_IsFinite(string activation)
    {
        JsonObject config = TinyModel.Config();
        config["hidden_act"] = activation;
        using CausalModel model = TinyModel.Create(config);
        using var scope = NewDisposeScope();

        Assert.True(TinyModel.Alone(model, 3, 4, 5).isfinite().all().item<bool>());
    }

    [Fact]
    public void Forward_AndBackward_LeaveNoTensorsBehind()
    {
        using CausalModel model = TinyModel.Create();
        foreach (Weight weight in model.Weights)
        {
            weight.Value.requires_grad_(true);
        }

        long Step()
        {
            using (NewDisposeScope())
            {
                using TokenLayout layout = TokenLayout.SharedPrompt([(5, 4, 2), (3, 1, 2)], 12, CPU);
                model.Decoder.Forward(TinyModel.Tensor(TinyModel.Ids(11, 1), TinyModel.Ids(12, 2)), layout).SumAll().backward();
            }

            return DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        }

        Step();
        long live = Step();
        Assert.Equal(live, Step());
        Assert.Equal(live, Step());
    }

    // A number that depends on every element in another way.
    private static Tensor Weigh(Tensor hidden)
    {
        Tensor weights = linspace(-1, 1, hidden.numel(), dtype: ScalarType.Float32, device: CPU).view(hidden.shape);
        return (hidden.to(ScalarType.Float32) * weights).SumAll();
    }

    private static Dictionary<string, Tensor> Gradients(CausalModel model, Tensor loss)
    {
        loss.backward();
        var gradients = new Dictionary<string, Tensor>();
        foreach (Weight weight in model.Weights)
        {
            gradients[weight.Name] = weight.Value.grad!.to(ScalarType.Float32).clone();
            weight.Value.grad = null;
        }

        return gradients;
    }

    private static void Near(Tensor actual, Tensor expected, double tolerance = Tolerance)
    {
        double difference = (actual - expected).abs().max().to(ScalarType.Float32).item<float>();
        Assert.True(difference <= tolerance, $"hidden states differ by {difference}");
    }
}

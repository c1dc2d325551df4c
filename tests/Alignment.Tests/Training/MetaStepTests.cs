using System.Text.Json.Nodes;

using Alignment.Adapters;
using Alignment.Losses;
using Alignment.Models;
using Alignment.Tests.Meta;
using Alignment.Training;

using TorchSharp;

using static TorchSharp.torch;

namespace Alignment.Tests.Training;

/// <summary>
/// A whole step on the meta device, where any reading back throws: decoder, log-probabilities, loss, backward, clipping, AdamW.
/// A tensor on another device is found at the scope's end, because many operators take it silently.
/// </summary>
public class MetaStepTests
{
    public MetaStepTests() => MetaKernels.Install();

    [Theory]
    [InlineData(ScalarType.Float32, false, 0)]
    [InlineData(ScalarType.BFloat16, false, 0)]
    [InlineData(ScalarType.Float32, true, 0.1)]
    [InlineData(ScalarType.BFloat16, true, 0)]
    public void Step_OfPairsOnMeta_ReadsNothingBack(ScalarType dtype, bool lora, double dropout)
    {
        using CausalModel model = Model(dtype);
        using LoraAdapters? adapters = lora ? LoraAdapters.Attach(model, new LoraConfig { Rank = 2, Dropout = dropout }, seed: 1) : null;
        using FlatParameters flat = FlatParameters.Create(adapters?.Weights ?? model.Weights, ParameterGroup.ByDecay(0.1), dtype);
        using var optimizer = new AdamW(flat, new AdamWOptions());
        using var path = new CompletionLogps(model.Head, flat.GradientOf, chunkElements: 64);
        if (adapters is not null)
        {
            adapters.Training = true;
        }

        using (DisposeScope scope = NewDisposeScope())
        {
            Step(model, flat, optimizer, path);
            Assert.All(scope.DisposablesView.OfType<Tensor>(), tensor => Assert.Equal(DeviceType.META, tensor.device_type));
        }

        Assert.Equal(1, optimizer.StepCount);
        Assert.Empty(MetaKernels.Strays);
    }

    private static void Step(CausalModel model, FlatParameters flat, AdamW optimizer, CompletionLogps path)
    {
        flat.ZeroGradients();
        using CompletionTokens tokens = CompletionTokens.Create([1, 2, 3, 8, 9], [4, 5, 6, 7, 1], [3, 2], META);
        using TokenLayout layout = TokenLayout.Plain(2, 6, META);
        Tensor ids = zeros([2, 6], dtype: ScalarType.Int64, device: META);
        Tensor reference;
        using (no_grad())
        {
            reference = tokens.Sum(path.Logps(model.Decoder.Forward(ids, layout), tokens)); // [2]
        }

        Tensor hidden = model.Decoder.Forward(ids, layout); // [N, T, D]
        CompletionPass pass = path.Forward(hidden, tokens);
        Tensor sums = pass.CompletionSums(); // [2]
        Tensor lengths = ones([1], dtype: ScalarType.Float64, device: META);
        var logps = new PairLogps(sums.narrow(0, 0, 1), sums.narrow(0, 1, 1), reference.narrow(0, 0, 1), reference.narrow(0, 1, 1), lengths, lengths);
        foreach (PairLoss loss in PairLosses.All)
        {
            PairLosses.Sum([(loss, 1), (SftTerm.Definition, 0.1)], logps, new PairLossOptions(0.1));
        }

        PairLossResult result = SigmoidLoss.Compute(logps, new PairLossOptions(0.1));
        hidden.backward([pass.Backward(tokens.Spread(cat([result.GradChosen, result.GradRejected])))]);
        flat.CollectGradients();
        Clipping.Scale(flat.Gradient, Clipping.Norm(flat.Gradient), 1);
        optimizer.Step(1e-3);
    }

    private static CausalModel Model(ScalarType dtype) => new(
        new JsonObject
        {
            ["architectures"] = new JsonArray("LlamaForCausalLM"),
            ["model_type"] = "llama",
            ["vocab_size"] = 32,
            ["hidden_size"] = 16,
            ["intermediate_size"] = 24,
            ["num_hidden_layers"] = 2,
            ["num_attention_heads"] = 4,
            ["num_key_value_heads"] = 2,
            ["max_position_embeddings"] = 64,
            ["rms_norm_eps"] = 1e-5,
            ["hidden_act"] = "silu",
            ["tie_word_embeddings"] = true,
        },
        null, new MetaWeights(dtype));
}

using System.Text.Json.Nodes;

using Alignment.Adapters;
using Alignment.Models;

using static TorchSharp.torch;

namespace Alignment.Tests.Adapters;

/// <summary>A random llama of two layers.</summary>
internal static class SmallModel
{
    public static CausalModel Create(int layers = 2, bool tied = false)
    {
        using var generator = new Generator(5, CPU);
        return new CausalModel(
            new JsonObject
            {
                ["architectures"] = new JsonArray("LlamaForCausalLM"),
                ["model_type"] = "llama",
                ["vocab_size"] = 32,
                ["hidden_size"] = 16,
                ["intermediate_size"] = 24,
                ["num_hidden_layers"] = layers,
                ["num_attention_heads"] = 4,
                ["num_key_value_heads"] = 2,
                ["max_position_embeddings"] = 64,
                ["rms_norm_eps"] = 1e-5,
                ["hidden_act"] = "silu",
                ["tie_word_embeddings"] = tied,
            },
            null, new RandomWeights(generator, 0.2, ScalarType.Float32, CPU));
    }

    /// <summary>Adapters whose B is not zero.</summary>
    public static LoraAdapters Adapted(CausalModel model, LoraConfig config)
    {
        LoraAdapters adapters = LoraAdapters.Attach(model, config, 1);
        using var guard = no_grad();
        foreach (LoraLinear map in adapters.Maps.Select(entry => entry.Value))
        {
            map.B.Value.fill_(0.1);
        }

        return adapters;
    }

    /// <summary>[2, 5, V]</summary>
    public static Tensor Logits(CausalModel model)
    {
        using var guard = no_grad();
        using TokenLayout layout = TokenLayout.Plain(2, 5, CPU);
        Tensor ids = tensor(new long[] { 1, 2, 3, 4, 5, 9, 8, 7, 6, 0 }, [2, 5], device: CPU);
        return model.Head.Logits(model.Decoder.Forward(ids, layout));
    }
}

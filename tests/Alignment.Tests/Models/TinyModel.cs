using System.Text.Json.Nodes;

using Alignment.Models;

using static TorchSharp.torch;

namespace Alignment.Tests.Models;

/// <summary>Small random models for tests: weights large enough that mistakes show.</summary>
internal static class TinyModel
{
    public const int Vocabulary = 64;

    public static JsonObject Config() => new()
    {
        ["architectures"] = new JsonArray("LlamaForCausalLM"),
        ["model_type"] = "llama",
        ["vocab_size"] = Vocabulary,
        ["hidden_size"] = 32,
        ["intermediate_size"] = 48,
        ["num_hidden_layers"] = 2,
        ["num_attention_heads"] = 4,
        ["num_key_value_heads"] = 2,
        ["head_dim"] = 12,
        ["hidden_act"] = "silu",
        ["max_position_embeddings"] = 64,
        ["rms_norm_eps"] = 1e-5,
        ["rope_theta"] = 10000.0,
        ["tie_word_embeddings"] = true,
        ["eos_token_id"] = 2,
    };

    public static CausalModel Create(JsonObject? config = null, ScalarType dtype = ScalarType.Float32, Device? device = null)
    {
        using var numbers = new Generator(7, CPU);
        return new CausalModel(config ?? Config(), null, new RandomWeights(numbers, 0.4, dtype, device ?? CPU));
    }

    /// <summary>Ids of a text, the same for the same seed.</summary>
    public static int[] Ids(int length, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, length).Select(_ => random.Next(3, Vocabulary))];
    }

    /// <summary>Ids as a tensor [N, T]; rows are padded on the right with id 0.</summary>
    public static Tensor Tensor(params int[][] rows)
    {
        int columns = rows.Max(r => r.Length);
        long[] ids = [.. rows.SelectMany(r => r.Select(id => (long)id).Concat(Enumerable.Repeat(0L, columns - r.Length)))];
        return tensor(ids, [rows.Length, columns], device: CPU);
    }

    /// <summary>Hidden states of one text alone. [T, D]</summary>
    public static Tensor Alone(CausalModel model, params int[] ids)
    {
        using TokenLayout layout = TokenLayout.Plain(1, ids.Length, model.Device);
        return model.Decoder.Forward(Tensor(ids), layout)[0];
    }
}

using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

using Alignment.Shared;

namespace Alignment.Checkpoints;

/// <summary>
/// The llama architecture of GGUF files in the words of a Hugging Face checkpoint: tensor names, and config.json from the
/// metadata. Source: llama.cpp's convert_hf_to_gguf.py (LlamaModel), the other way round.
/// </summary>
internal static partial class GgufLlama
{
    private const string Architecture = "llama";
    private static readonly Dictionary<string, string> TopNames = new(StringComparer.Ordinal)
    {
        ["token_embd"] = "model.embed_tokens",
        ["output_norm"] = "model.norm",
        ["output"] = "lm_head",
    };

    private static readonly Dictionary<string, string> BlockNames = new(StringComparer.Ordinal)
    {
        ["attn_norm"] = "input_layernorm",
        ["ffn_norm"] = "post_attention_layernorm",
        ["attn_q"] = "self_attn.q_proj",
        ["attn_k"] = "self_attn.k_proj",
        ["attn_v"] = "self_attn.v_proj",
        ["attn_output"] = "self_attn.o_proj",
        ["ffn_gate"] = "mlp.gate_proj",
        ["ffn_up"] = "mlp.up_proj",
        ["ffn_down"] = "mlp.down_proj",
    };

    /// <summary>The checkpoint name of a tensor; its own name when the architecture has no such tensor.</summary>
    public static string CheckpointName(string name)
    {
        Match match = Name().Match(name);
        if (!match.Success)
        {
            return name;
        }

        string part = match.Groups["part"].Value;
        string kind = match.Groups["kind"].Value;
        string block = match.Groups["block"].Value;
        return block.Length == 0
            ? TopNames.TryGetValue(part, out string? top) ? $"{top}.{kind}" : name
            : BlockNames.TryGetValue(part, out string? inner) ? $"model.layers.{block}.{inner}.{kind}" : name;
    }

    /// <summary>The number of heads by which a tensor's rows were permuted; null when they were not.</summary>
    public static long? PermutedHeads(string name, JsonObject config) => Name().Match(name).Groups["part"].Value switch
    {
        "attn_q" => config["num_attention_heads"]!.GetValue<long>(),
        "attn_k" => config["num_key_value_heads"]!.GetValue<long>(),
        _ => null,
    };

    /// <summary>config.json as transformers derives it, with the keys of versions 4 and 5.</summary>
    /// <exception cref="UserError">Another architecture, or a switch that a llama configuration cannot say.</exception>
    public static JsonObject Config(GgufFile file)
    {
        var metadata = new GgufMetadata(file);
        string architecture = metadata.Text("general.architecture") ?? throw metadata.Missing("general.architecture");
        if (architecture != Architecture)
        {
            throw new UserError($"{file.Path}: general.architecture '{architecture}' is not supported (supported: {Architecture})");
        }

        if (metadata.Integer("llama.expert_count") is > 0)
        {
            throw new UserError($"{file.Path}: llama.expert_count: a mixture of experts is not supported");
        }

        long hidden = metadata.Required("llama.embedding_length");
        long heads = metadata.Required("llama.attention.head_count");
        long headDim = metadata.Integer("llama.attention.key_length") ?? metadata.Integer("llama.rope.dimension_count") ?? hidden / Math.Max(1, heads);
        if ((metadata.Integer("llama.rope.dimension_count") ?? headDim) != headDim || (metadata.Integer("llama.attention.value_length") ?? headDim) != headDim)
        {
            throw new UserError($"{file.Path}: llama.rope.dimension_count and llama.attention.value_length must equal the head size {headDim}; other sizes are not supported");
        }

        double theta = metadata.Number("llama.rope.freq_base") ?? 10000;
        JsonObject rope = GgufRope.Scaling(file, metadata, headDim, theta);
        var config = new JsonObject
        {
            ["architectures"] = new JsonArray("LlamaForCausalLM"),
            ["model_type"] = Architecture,
            ["attention_bias"] = file.Has("blk.0.attn_q.bias"),
            ["attention_dropout"] = 0.0,
            ["dtype"] = "float32",
            ["head_dim"] = headDim,
            ["hidden_act"] = "silu",
            ["hidden_size"] = hidden,
            ["initializer_range"] = 0.02,
            ["intermediate_size"] = metadata.Required("llama.feed_forward_length"),
            ["max_position_embeddings"] = metadata.Required("llama.context_length"),
            ["mlp_bias"] = file.Has("blk.0.ffn_down.bias"),
            ["num_attention_heads"] = heads,
            ["num_hidden_layers"] = metadata.Required("llama.block_count"),
            ["num_key_value_heads"] = metadata.Integer("llama.attention.head_count_kv") ?? heads,
            ["pretraining_tp"] = 1,
            ["rms_norm_eps"] = metadata.Number("llama.attention.layer_norm_rms_epsilon") ?? throw metadata.Missing("llama.attention.layer_norm_rms_epsilon"),
            ["rope_theta"] = theta,
            ["rope_scaling"] = GgufRope.IsDefault(rope) ? null : rope.DeepClone(),
            ["tie_word_embeddings"] = !file.Has("output.weight"),
            ["use_cache"] = true,
            ["vocab_size"] = file.Find("token_embd.weight").Shape[0],
        };
        rope["rope_theta"] = theta;
        config["rope_parameters"] = rope;
        AddTokenIds(config, metadata);
        return JsonNode.Parse(config.ToJsonString())!.AsObject();
    }

    private static void AddTokenIds(JsonObject config, GgufMetadata metadata)
    {
        foreach ((string key, string id) in new[] { ("bos_token_id", "bos"), ("pad_token_id", "padding"), ("unk_token_id", "unknown") })
        {
            if (metadata.Integer($"tokenizer.ggml.{id}_token_id") is long value)
            {
                config[key] = value;
            }
        }

        long[] ends = [.. new[] { "eos", "eot" }.Select(id => metadata.Integer($"tokenizer.ggml.{id}_token_id")).OfType<long>().Distinct()];
        if (ends.Length > 0)
        {
            config["eos_token_id"] = ends.Length == 1 ? ends[0] : new JsonArray([.. ends.Select(id => (JsonNode)id)]);
        }
    }

    [GeneratedRegex(@"^(blk\.(?<block>\d+)\.)?(?<part>[a-z_]+)\.(?<kind>weight|bias)$", RegexOptions.CultureInvariant)]
    private static partial Regex Name();
}

/// <summary>Typed access to metadata; whole numbers of any width are one type.</summary>
internal sealed class GgufMetadata(GgufFile file)
{
    public UserError Missing(string key) => new($"{file.Path}: metadata '{key}' is missing; no default may be guessed");

    public string? Text(string key) => file.Metadata.GetValueOrDefault(key) switch
    {
        null => null,
        string text => text,
        object other => throw Wrong(key, other, "a text"),
    };

    public long? Integer(string key) => file.Metadata.GetValueOrDefault(key) switch
    {
        null => null,
        byte or sbyte or ushort or short or uint or int or long => Convert.ToInt64(file.Metadata[key], CultureInfo.InvariantCulture),
        ulong number when number <= long.MaxValue => (long)number,
        object other => throw Wrong(key, other, "one whole number (values per layer are not supported)"),
    };

    public double? Number(string key) => file.Metadata.GetValueOrDefault(key) switch
    {
        null => null,
        float number => number,
        double number => number,
        _ => Integer(key),
    };

    public long Required(string key) => Integer(key) ?? throw Missing(key);

    private UserError Wrong(string key, object value, string wanted) =>
        new($"{file.Path}: metadata '{key}' is of type {value.GetType().Name}; it must be {wanted}");
}

using Alignment.Native;

using static TorchSharp.torch;

namespace Alignment.Models;

/// <summary>
/// The decoder of the attention families: embedding, blocks, final norm. A function of its weights, which are the
/// checkpoint's tensors one to one, and of the configuration. Build it outside every dispose scope.
/// </summary>
public sealed class Decoder
{
    private readonly List<Weight> _weights = [];
    private readonly Dictionary<string, LinearSlot> _linears = new(StringComparer.Ordinal);
    private readonly IWeightSource _source;
    private readonly Block[] _blocks;
    private readonly RmsNorm _finalNorm;

    /// <summary>Takes every weight from <paramref name="source"/>.</summary>
    /// <exception cref="Shared.UserError">A weight is absent or has another shape.</exception>
    public Decoder(DecoderConfig config, IWeightSource source)
    {
        Config = config;
        _source = source;
        Embedding = Take("model.embed_tokens.weight", [config.VocabularySize, config.HiddenSize], WeightKind.Matrix);
        _blocks = [.. Enumerable.Range(0, config.Layers).Select(BuildBlock)];
        _finalNorm = Norm("model.norm");
    }

    /// <summary>Sizes and switches.</summary>
    public DecoderConfig Config { get; }

    /// <summary>[V, D]</summary>
    public Weight Embedding { get; }

    /// <summary>All weights in the order of the forward pass, under the checkpoint's names.</summary>
    public IReadOnlyList<Weight> Weights => _weights;

    /// <summary>Every linear map of the blocks by its path, such as <c>model.layers.0.self_attn.q_proj</c>.</summary>
    public IReadOnlyDictionary<string, LinearSlot> Linears => _linears;

    /// <summary>Final hidden states, after the last norm. Temporaries and the result join the caller's dispose scope.</summary>
    /// <param name="ids">[N, T] int64; any id at padding</param>
    /// <param name="layout">of the same N and T</param>
    /// <param name="state">tokens before these (without gradients), or null</param>
    /// <returns>[N, T, D], dtype of the weights</returns>
    public Tensor Forward(Tensor ids, TokenLayout layout, ISequenceState? state = null)
    {
        using var scope = NewDisposeScope();
        Tensor x = Ops.Embedding(Embedding.Value, ids); // [N, T, D]
        (Tensor cos, Tensor sin) = Rope.Tables(Config.Rope, Config.HeadSize, Config.MaxPositions, layout, x.dtype);
        state?.Begin(layout);
        var pass = new Pass(layout, cos, sin, state);
        foreach (Block block in _blocks)
        {
            x = block.Forward(x, pass);
        }

        return scope.MoveToOuter(_finalNorm.Forward(x));
    }

    private Block BuildBlock(int layer)
    {
        string at = $"model.layers.{layer}";
        (int d, int wide) = (Config.HiddenSize, Config.IntermediateSize);
        (int queries, int keys) = (Config.Heads * Config.HeadSize, Config.KeyValueHeads * Config.HeadSize);
        RmsNorm attentionNorm = Norm($"{at}.input_layernorm");
        var attention = new AttentionBlock(
            layer, Config,
            Slot($"{at}.self_attn.q_proj", queries, d, Config.QueryKeyValueBias),
            Slot($"{at}.self_attn.k_proj", keys, d, Config.QueryKeyValueBias),
            Slot($"{at}.self_attn.v_proj", keys, d, Config.QueryKeyValueBias),
            Slot($"{at}.self_attn.o_proj", d, queries, Config.AttentionOutputBias));
        RmsNorm feedForwardNorm = Norm($"{at}.post_attention_layernorm");
        var feedForward = new FeedForward(
            Config.Activation,
            Slot($"{at}.mlp.gate_proj", wide, d, Config.FeedForwardBias),
            Slot($"{at}.mlp.up_proj", wide, d, Config.FeedForwardBias),
            Slot($"{at}.mlp.down_proj", d, wide, Config.FeedForwardBias));
        return new Block(attentionNorm, attention, feedForwardNorm, feedForward);
    }

    private RmsNorm Norm(string path) => new(Take($"{path}.weight", [Config.HiddenSize], WeightKind.Scale), Config.NormEpsilon);

    private LinearSlot Slot(string path, int outputs, int inputs, bool bias)
    {
        Weight weight = Take($"{path}.weight", [outputs, inputs], WeightKind.Matrix);
        return _linears[path] = new LinearSlot(path, new Linear(weight, bias ? Take($"{path}.bias", [outputs], WeightKind.Bias) : null));
    }

    private Weight Take(string name, long[] shape, WeightKind kind)
    {
        Weight weight = _source.Get(name, shape, kind);
        _weights.Add(weight);
        return weight;
    }
}

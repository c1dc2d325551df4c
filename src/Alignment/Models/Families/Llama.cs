using Alignment.Shared;

namespace Alignment.Models.Families;

/// <summary>Llama 1 to 3 and what is built like it (SmolLM2 …): <c>LlamaForCausalLM</c> of transformers 4.57 and 5.23.</summary>
public sealed class Llama : IFamily
{
    /// <inheritdoc/>
    public string ModelType => "llama";

    /// <inheritdoc/>
    public string Architecture => "LlamaForCausalLM";

    /// <inheritdoc/>
    public DecoderConfig Read(ConfigReader config)
    {
        int heads = config.Count("num_attention_heads");
        int keyValueHeads = config.Count("num_key_value_heads", heads)!.Value;
        int hidden = config.Count("hidden_size");
        if (heads % keyValueHeads != 0)
        {
            throw new UserError($"config.json: num_attention_heads = {heads} is not a multiple of num_key_value_heads = {keyValueHeads}");
        }

        int headSize = config.Count("head_dim", null) ?? (hidden % heads == 0 ? hidden / heads
            : throw new UserError($"config.json: hidden_size = {hidden} is not a multiple of num_attention_heads = {heads}, and head_dim is missing"));
        config.Refuse(headSize % 2 != 0, "head_dim", "rotary embedding needs an even head size");
        config.Refuse(config.Json["sliding_window"] is not null, "sliding_window", "this family has full attention only");
        config.Refuse(config.Json["quantization_config"] is not null, "quantization_config", "the weights must be fp32, bf16 or fp16");
        bool bias = config.Flag("attention_bias", false);
        return new DecoderConfig
        {
            ModelType = ModelType,
            VocabularySize = config.Count("vocab_size"),
            HiddenSize = hidden,
            IntermediateSize = config.Count("intermediate_size"),
            Layers = config.Count("num_hidden_layers"),
            Heads = heads,
            KeyValueHeads = keyValueHeads,
            HeadSize = headSize,
            MaxPositions = config.Count("max_position_embeddings", 2048)!.Value,
            NormEpsilon = config.Number("rms_norm_eps", 1e-6),
            Activation = config.Activation("hidden_act"),
            Rope = RopeReader.Read(config),
            QueryKeyValueBias = bias,
            AttentionOutputBias = bias,
            FeedForwardBias = config.Flag("mlp_bias", false),
            TiedHead = config.Flag("tie_word_embeddings", false),
            InitializerRange = config.Number("initializer_range", 0.02),
        };
    }
}

namespace Alignment.Models;

/// <summary>Element-wise functions of the feed-forward layer.</summary>
public enum Activation
{
    /// <summary>x · sigmoid(x)</summary>
    Silu,

    /// <summary>x · Φ(x), exact</summary>
    Gelu,

    /// <summary>the tanh approximation of <see cref="Gelu"/></summary>
    GeluTanh,

    /// <summary>max(x, 0)</summary>
    Relu,
}

/// <summary>How positions are scaled beyond the length that the model was trained on (transformers' <c>rope_type</c>).</summary>
public enum RopeKind
{
    /// <summary>no scaling</summary>
    Default,

    /// <summary>all angles divided by a factor</summary>
    Linear,

    /// <summary>NTK-aware base that grows with the largest position of the batch</summary>
    Dynamic,

    /// <summary>interpolation by frequency bands (https://arxiv.org/abs/2309.00071)</summary>
    Yarn,

    /// <summary>Llama 3's interpolation of the long wave lengths</summary>
    Llama3,
}

/// <summary>Rotary position embedding as configured; fields that a kind does not use keep their defaults.</summary>
public sealed record RopeConfig
{
    /// <summary>The kind of scaling.</summary>
    public RopeKind Kind { get; init; }

    /// <summary>The base of the wave lengths.</summary>
    public double Theta { get; init; } = 10000;

    /// <summary>How much longer than trained the positions may be.</summary>
    public double Factor { get; init; } = 1;

    /// <summary>Positions that the model was trained on before scaling; 0 stands for max_position_embeddings.</summary>
    public int OriginalMaxPositions { get; init; }

    /// <summary>Factor of cos and sin; null leaves it to the kind's own rule (yarn only).</summary>
    public double? AttentionFactor { get; init; }

    /// <summary>yarn: number of turns above which a dimension is left as it is.</summary>
    public double BetaFast { get; init; } = 32;

    /// <summary>yarn: number of turns below which a dimension is interpolated.</summary>
    public double BetaSlow { get; init; } = 1;

    /// <summary>yarn: weights of the attention factor's logarithm; null when absent.</summary>
    public double? Mscale { get; init; }

    /// <summary>yarn: see <see cref="Mscale"/>.</summary>
    public double? MscaleAllDim { get; init; }

    /// <summary>yarn: whether the band's ends are rounded to whole dimensions.</summary>
    public bool Truncate { get; init; } = true;

    /// <summary>llama3: wave lengths above original / this are interpolated.</summary>
    public double LowFrequencyFactor { get; init; } = 1;

    /// <summary>llama3: wave lengths below original / this are left as they are.</summary>
    public double HighFrequencyFactor { get; init; } = 4;
}

/// <summary>What the decoder's mathematics needs, whatever the family and the age of its config.json.</summary>
public sealed record DecoderConfig
{
    /// <summary>The family's <c>model_type</c>.</summary>
    public required string ModelType { get; init; }

    /// <summary>Rows of the embedding (V).</summary>
    public required int VocabularySize { get; init; }

    /// <summary>Width of the hidden states (D).</summary>
    public required int HiddenSize { get; init; }

    /// <summary>Width of the feed-forward layer.</summary>
    public required int IntermediateSize { get; init; }

    /// <summary>Number of blocks.</summary>
    public required int Layers { get; init; }

    /// <summary>Query heads (H).</summary>
    public required int Heads { get; init; }

    /// <summary>Key and value heads; divides <see cref="Heads"/>.</summary>
    public required int KeyValueHeads { get; init; }

    /// <summary>Width of one head; need not be HiddenSize / Heads.</summary>
    public required int HeadSize { get; init; }

    /// <summary>max_position_embeddings.</summary>
    public required int MaxPositions { get; init; }

    /// <summary>Added to the mean square in norms.</summary>
    public required double NormEpsilon { get; init; }

    /// <summary>The feed-forward layer's activation.</summary>
    public Activation Activation { get; init; }

    /// <summary>Rotary embedding.</summary>
    public RopeConfig Rope { get; init; } = new();

    /// <summary>Whether q, k and v have biases.</summary>
    public bool QueryKeyValueBias { get; init; }

    /// <summary>Whether the attention's output projection has a bias.</summary>
    public bool AttentionOutputBias { get; init; }

    /// <summary>Whether the feed-forward layer has biases.</summary>
    public bool FeedForwardBias { get; init; }

    /// <summary>Whether the head is the embedding.</summary>
    public bool TiedHead { get; init; }

    /// <summary>Standard deviation of new matrices.</summary>
    public double InitializerRange { get; init; } = 0.02;
}

using System.Text.Json.Nodes;

using static TorchSharp.torch;

namespace Alignment.Models;

/// <summary>A causal language model: decoder, head and the configuration files it came with.</summary>
public sealed class CausalModel : IDisposable
{
    /// <summary>Builds the model from a parsed configuration. Call it outside every dispose scope.</summary>
    /// <param name="configJson">config.json</param>
    /// <param name="generationJson">generation_config.json, or null</param>
    /// <param name="source">gives the weights</param>
    /// <exception cref="Shared.UserError">The configuration or a weight is not supported, absent or misshaped; named.</exception>
    public CausalModel(JsonObject configJson, JsonObject? generationJson, IWeightSource source)
    {
        ConfigJson = configJson;
        GenerationJson = generationJson;
        Config = Families.ModelFamilies.Read(configJson);
        Decoder = new Decoder(Config, source);
        Head = Config.TiedHead
            ? new Head(Decoder.Embedding, null, tied: true)
            : new Head(source.Get("lm_head.weight", [Config.VocabularySize, Config.HiddenSize], WeightKind.Matrix), null, tied: false);
        Weights = Head.Tied ? Decoder.Weights : [.. Decoder.Weights, Head.Weight];
    }

    /// <summary>Embedding, blocks and final norm.</summary>
    public Decoder Decoder { get; }

    /// <summary>Hidden states to logits.</summary>
    public Head Head { get; }

    /// <summary>Sizes and switches.</summary>
    public DecoderConfig Config { get; }

    /// <summary>config.json as read; it is written back unchanged but for the dtype.</summary>
    public JsonObject ConfigJson { get; }

    /// <summary>generation_config.json as read, or null.</summary>
    public JsonObject? GenerationJson { get; }

    /// <summary>Every weight once, under the checkpoint's name (a tied head is the embedding).</summary>
    public IReadOnlyList<Weight> Weights { get; }

    /// <summary>Ids that end a text: config.json's and generation_config.json's.</summary>
    public IReadOnlyList<int> EosIds => [.. Ids(ConfigJson).Concat(Ids(GenerationJson)).Distinct()];

    /// <summary>The device of the weights.</summary>
    public Device Device => Decoder.Embedding.Value.device;

    /// <summary>The dtype of the weights.</summary>
    public ScalarType Dtype => Decoder.Embedding.Value.dtype;

    /// <summary>Loads a Hugging Face folder or a GGUF file. Call it outside every dispose scope.</summary>
    /// <param name="path">folder or file</param>
    /// <param name="dtype">dtype to compute in</param>
    /// <param name="device">where the weights go</param>
    /// <exception cref="Shared.UserError">Something is absent, damaged or not supported; named.</exception>
    public static CausalModel Load(string path, ScalarType dtype, Device device) => throw new NotImplementedException();

    /// <summary>Writes config.json, generation_config.json and model.safetensors.</summary>
    /// <param name="folder">created where absent</param>
    /// <param name="dtype">dtype on disk</param>
    public void Save(string folder, ScalarType dtype) => throw new NotImplementedException();

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Weight weight in Weights)
        {
            weight.Value.Dispose();
        }
    }

    private static IEnumerable<int> Ids(JsonObject? json) => json?["eos_token_id"] switch
    {
        JsonArray several => several.Select(id => id!.GetValue<int>()),
        JsonValue one => [one.GetValue<int>()],
        _ => [],
    };
}

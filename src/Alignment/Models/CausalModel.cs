using System.Text.Json.Nodes;

using Alignment.Checkpoints;
using Alignment.Models.Families;
using Alignment.Shared;

using static TorchSharp.torch;

namespace Alignment.Models;

/// <summary>A causal language model: decoder, head and the configuration files it came with.</summary>
public sealed class CausalModel : IDisposable
{
    private const string HeadName = "lm_head.weight";

    /// <summary>Builds the model from a parsed configuration. Call it outside every dispose scope.</summary>
    /// <param name="configJson">config.json</param>
    /// <param name="generationJson">generation_config.json, or null</param>
    /// <param name="source">gives the weights</param>
    /// <exception cref="UserError">The configuration or a weight is not supported, absent or misshaped; named.</exception>
    public CausalModel(JsonObject configJson, JsonObject? generationJson, IWeightSource source)
    {
        ConfigJson = configJson;
        GenerationJson = generationJson;
        Config = ModelFamilies.Read(configJson);
        Decoder = new Decoder(Config, source);
        Head = Config.TiedHead
            ? new Head(Decoder.Embedding, null, tied: true)
            : new Head(source.Get(HeadName, [Config.VocabularySize, Config.HiddenSize], WeightKind.Matrix), null, tied: false);
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

    /// <summary>What the user should know about the checkpoint (tensors that no layer uses), or null.</summary>
    public string? Warning { get; private init; }

    /// <summary>The device of the weights.</summary>
    public Device Device => Decoder.Embedding.Value.device;

    /// <summary>The dtype of the weights.</summary>
    public ScalarType Dtype => Decoder.Embedding.Value.dtype;

    /// <summary>Loads a Hugging Face folder or a GGUF file. Call it outside every dispose scope.</summary>
    /// <param name="path">folder or file</param>
    /// <param name="dtype">dtype to compute in</param>
    /// <param name="device">where the weights go</param>
    /// <exception cref="UserError">Something is absent, damaged or not supported; named.</exception>
    public static CausalModel Load(string path, ScalarType dtype, Device device)
    {
        if (Directory.Exists(path))
        {
            using var folder = HuggingFaceFolder.Open(path);
            return Load(folder.Config, folder.GenerationConfig, folder.Weights, dtype, device);
        }

        if (!path.EndsWith(".gguf", StringComparison.OrdinalIgnoreCase))
        {
            throw new UserError($"{path}: {(File.Exists(path) ? "neither a Hugging Face folder nor a GGUF file" : "no such model folder or GGUF file")}");
        }

        using var gguf = GgufCheckpoint.Open(path);
        return Load(gguf.Config, null, gguf, dtype, device);
    }

    /// <summary>Builds the model from an opened checkpoint; extra tensors are named in <see cref="Warning"/>.</summary>
    /// <param name="config">config.json</param>
    /// <param name="generation">generation_config.json, or null</param>
    /// <param name="checkpoint">the weights</param>
    /// <param name="dtype">dtype to compute in</param>
    /// <param name="device">where the weights go</param>
    /// <exception cref="UserError">A weight is missing or misshaped, or the configuration is not supported.</exception>
    public static CausalModel Load(JsonObject config, JsonObject? generation, ICheckpoint checkpoint, ScalarType dtype, Device device)
    {
        using var expected = new CausalModel(config, generation, new MetaWeights(dtype));
        CheckpointCheck check = Check(expected, checkpoint);
        check.ThrowIfUnusable(checkpoint.Path);
        return new CausalModel(config, generation, new CheckpointWeights(checkpoint, dtype, device)) { Warning = check.Warning(checkpoint.Path) };
    }

    /// <summary>Compares a checkpoint with what a model needs; old buffers and a stored tied head are let pass.</summary>
    /// <param name="model">may stand on the meta device</param>
    /// <param name="checkpoint">names and shapes</param>
    public static CheckpointCheck Check(CausalModel model, ICheckpoint checkpoint) =>
        CheckpointCheck.Compare(
            checkpoint, [.. model.Weights.Select(w => (w.Name, (IReadOnlyList<long>)w.Shape))],
            name => name.EndsWith("rotary_emb.inv_freq", StringComparison.Ordinal) || (model.Head.Tied && name == HeadName));

    /// <summary>Writes a complete model folder: config.json, generation_config.json, safetensors and the files beside them.</summary>
    /// <param name="folder">must not exist; it appears whole or not at all</param>
    /// <param name="dtype">dtype on disk</param>
    /// <param name="copies">further files, such as the tokenizer's</param>
    public void Save(string folder, ScalarType dtype, IEnumerable<string>? copies = null) =>
        HuggingFaceFolder.Write(folder, ConfigJson, [.. Weights.Select(w => (w.Name, w.Value))], dtype, GenerationJson, copies);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Weight weight in Weights)
        {
            weight.Value.Dispose();
        }
    }

    private static IEnumerable<int> Ids(JsonObject? json) => json is null ? [] : new ConfigReader(json).Ids("eos_token_id");
}

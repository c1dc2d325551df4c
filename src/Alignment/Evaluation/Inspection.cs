using System.Text.Json.Nodes;

using Alignment.Checkpoints;
using Alignment.Models;
using Alignment.Shared;

using static TorchSharp.torch;

namespace Alignment.Evaluation;

/// <summary>What a model folder or GGUF file holds, found without reading a weight.</summary>
public sealed record Inspection
{
    /// <summary>The folder or file.</summary>
    public required string Path { get; init; }

    /// <summary><c>model_type</c> of the configuration; null when there is none.</summary>
    public string? Family { get; init; }

    /// <summary>Why the model cannot be run here; null when it can.</summary>
    public string? Problem { get; init; }

    /// <summary>What is odd but harmless, such as tensors that no layer uses.</summary>
    public string? Warning { get; init; }

    /// <summary>Elements of the model's weights (a tied head counts once); of all stored tensors where the model cannot be run.</summary>
    public required long Parameters { get; init; }

    /// <summary>Stored tensors by element format.</summary>
    public required IReadOnlyList<FormatShare> Formats { get; init; }

    /// <summary>Sizes; null where the configuration is not supported.</summary>
    public ModelSizes? Sizes { get; init; }

    /// <summary>Ids that end a text, of config.json and generation_config.json.</summary>
    public IReadOnlyList<int> EosIds { get; init; } = [];

    /// <summary>The files that hold weights and configuration.</summary>
    public required IReadOnlyList<FileShare> Files { get; init; }

    /// <summary>SHA-256 of configuration and weights (<see cref="ModelHash"/>).</summary>
    public required string Sha256 { get; init; }

    /// <summary>Inspects a Hugging Face folder or a GGUF file.</summary>
    /// <exception cref="UserError">It is absent or damaged.</exception>
    public static Inspection Of(string path)
    {
        if (Directory.Exists(path))
        {
            using HuggingFaceFolder folder = HuggingFaceFolder.Open(path);
            return Of(path, folder.Config, folder.GenerationConfig, folder.Weights, [System.IO.Path.Combine(path, HuggingFaceFolder.ConfigFile), .. folder.Weights.Files]);
        }

        if (!path.EndsWith(".gguf", StringComparison.OrdinalIgnoreCase))
        {
            throw new UserError($"{path}: {(File.Exists(path) ? "neither a Hugging Face folder nor a GGUF file" : "no such model folder or GGUF file")}");
        }

        using GgufCheckpoint gguf = GgufCheckpoint.Open(path);
        return Of(path, gguf.Config, null, gguf, gguf.Files);
    }

    private static Inspection Of(string path, JsonObject config, JsonObject? generation, ICheckpoint weights, IReadOnlyList<string> files)
    {
        TensorInfo[] stored = [.. weights.Names.Select(weights.Info)];
        var inspection = new Inspection
        {
            Path = path,
            Family = config["model_type"]?.ToString(),
            Parameters = stored.Sum(tensor => tensor.Count),
            Formats = [.. stored.GroupBy(tensor => tensor.Format).OrderByDescending(group => group.Sum(tensor => tensor.Bytes))
                .Select(group => new FormatShare(group.Key, group.Count(), group.Sum(tensor => tensor.Count), group.Sum(tensor => tensor.Bytes)))],
            Files = [.. files.Select(file => new FileShare(System.IO.Path.GetFileName(file), WrongFiles.Length(file)))],
            Sha256 = ModelHash.Of(path),
        };
        try
        {
            using var model = new CausalModel(config, generation, new MetaWeights(ScalarType.Float32));
            inspection = inspection with { Sizes = ModelSizes.Of(model.Config), EosIds = model.EosIds, Parameters = model.Weights.Sum(weight => weight.Shape.Aggregate(1L, (a, b) => a * b)) };
            var check = CausalModel.Check(model, weights);
            check.ThrowIfUnusable(path);
            return inspection with { Warning = check.Warning(path) };
        }
        catch (UserError e)
        {
            return inspection with { Problem = e.Message };
        }
    }
}

/// <summary>The tensors of one element format.</summary>
/// <param name="Format">its own name, e.g. BF16 or Q8_0</param>
/// <param name="Tensors">how many</param>
/// <param name="Parameters">elements</param>
/// <param name="Bytes">stored bytes</param>
public sealed record FormatShare(string Format, int Tensors, long Parameters, long Bytes);

/// <summary>A file of the model.</summary>
/// <param name="Name">without its folder</param>
/// <param name="Bytes">its length</param>
public sealed record FileShare(string Name, long Bytes);

/// <summary>Sizes of a decoder.</summary>
/// <param name="Vocabulary">rows of the embedding</param>
/// <param name="Context">longest text in tokens that it was made for</param>
/// <param name="Layers">blocks</param>
/// <param name="Hidden">width of the hidden states</param>
/// <param name="Heads">query heads</param>
/// <param name="KeyValueHeads">key and value heads</param>
/// <param name="HeadSize">width of a head</param>
/// <param name="TiedHead">whether the head is the embedding</param>
/// <param name="KvBytesPerTokenBf16">bytes of the key-value cache per token in bf16 or fp16; twice as many in fp32</param>
public sealed record ModelSizes(
    int Vocabulary, int Context, int Layers, int Hidden, int Heads, int KeyValueHeads, int HeadSize, bool TiedHead, long KvBytesPerTokenBf16)
{
    /// <summary>The sizes of a configuration.</summary>
    public static ModelSizes Of(DecoderConfig config) => new(
        config.VocabularySize, config.MaxPositions, config.Layers, config.HiddenSize, config.Heads, config.KeyValueHeads, config.HeadSize, config.TiedHead,
        2L * config.Layers * config.KeyValueHeads * config.HeadSize * 2);
}

using System.Text.Json.Nodes;

using Alignment.Shared;

using static TorchSharp.torch;

namespace Alignment.Checkpoints;

/// <summary>A Hugging Face model folder: config.json, generation_config.json and the weights.</summary>
public sealed class HuggingFaceFolder : IDisposable
{
    /// <summary>The configuration's file name.</summary>
    public const string ConfigFile = ModelSource.ConfigFile;

    /// <summary>The generation settings' file name.</summary>
    public const string GenerationConfigFile = "generation_config.json";

    /// <summary>The file name of weights in one file.</summary>
    public const string WeightsFile = ModelSource.WeightsFile;

    /// <summary>The file name of the index of sharded weights.</summary>
    public const string IndexFile = "model.safetensors.index.json";

    private static readonly string[] Pickles = ["pytorch_model.bin.index.json", "pytorch_model*.bin", "*.bin", "*.pt", "*.pth", "*.ckpt"];

    private HuggingFaceFolder(string path, JsonObject config, JsonObject? generationConfig, ICheckpoint weights)
    {
        Path = path;
        Config = config;
        GenerationConfig = generationConfig;
        Weights = weights;
    }

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>config.json as it stands.</summary>
    public JsonObject Config { get; }

    /// <summary>generation_config.json; null when absent.</summary>
    public JsonObject? GenerationConfig { get; }

    /// <summary>The tensors of model.safetensors or of all shards.</summary>
    public ICheckpoint Weights { get; }

    /// <summary>Opens a folder.</summary>
    /// <exception cref="UserError">A file is missing or damaged, or there is only a pickle checkpoint.</exception>
    public static HuggingFaceFolder Open(string path)
    {
        if (!Directory.Exists(path))
        {
            throw new UserError($"{path}: no such folder");
        }

        string config = System.IO.Path.Combine(path, ConfigFile);
        if (!File.Exists(config))
        {
            throw new UserError($"{config}: no such file; a model folder needs it beside its weights");
        }

        string generation = System.IO.Path.Combine(path, GenerationConfigFile);
        return new HuggingFaceFolder(
            path, JsonFile.ReadObject(config), File.Exists(generation) ? JsonFile.ReadObject(generation) : null, OpenWeights(path));
    }

    /// <summary>
    /// Writes a complete folder under a temporary name, verifies it by opening it, and moves it into place whole.
    /// </summary>
    /// <param name="folder">must not exist, unless <paramref name="replace"/></param>
    /// <param name="config">config.json; its dtype is set to <paramref name="dtype"/></param>
    /// <param name="weights">checkpoint names and tensors on any device; converted one by one</param>
    /// <param name="dtype">what floating-point tensors are stored as</param>
    /// <param name="generationConfig">generation_config.json; null writes none</param>
    /// <param name="copies">further files (tokenizer …) to copy under their own names</param>
    /// <param name="shardBytes">above this size the weights are split into shards with an index</param>
    /// <param name="replace">an existing folder is replaced once the new one is complete</param>
    /// <exception cref="UserError">The folder exists, the disk is full or cannot be written; nothing half-written is left.</exception>
    public static void Write(
        string folder, JsonObject config, IReadOnlyList<(string Name, Tensor Tensor)> weights, ScalarType dtype,
        JsonObject? generationConfig = null, IEnumerable<string>? copies = null, long shardBytes = ShardedWriter.DefaultShardBytes, bool replace = false) =>
        WholeFolder.Write(folder, replace, temporary =>
        {
            JsonFile.Write(System.IO.Path.Combine(temporary, ConfigFile), WithDtype(config, dtype));
            if (generationConfig is not null)
            {
                JsonFile.Write(System.IO.Path.Combine(temporary, GenerationConfigFile), generationConfig);
            }

            foreach (string file in copies ?? [])
            {
                File.Copy(file, System.IO.Path.Combine(temporary, System.IO.Path.GetFileName(file)));
            }

            ShardedWriter.Write(temporary, weights, dtype, shardBytes);
            Verify(temporary, weights, dtype);
        });

    /// <inheritdoc/>
    public void Dispose() => Weights.Dispose();

    private static ICheckpoint OpenWeights(string folder)
    {
        string single = System.IO.Path.Combine(folder, WeightsFile);
        string index = System.IO.Path.Combine(folder, IndexFile);
        if (File.Exists(single))
        {
            return SafetensorsFile.Open(single);
        }

        if (File.Exists(index))
        {
            return ShardedSafetensors.Open(index);
        }

        string? pickle = Pickles.SelectMany(pattern => Directory.EnumerateFiles(folder, pattern))
            .FirstOrDefault(file => System.IO.Path.GetFileName(file) != "training_args.bin");
        throw new UserError(pickle is null
            ? $"{single}: no such file, and no {IndexFile} beside it; a model folder needs one of them"
            : $"{pickle}: a pickle checkpoint can run any code when it is loaded, so only safetensors is read. Convert it once with transformers: "
                + "AutoModelForCausalLM.from_pretrained(folder).save_pretrained(new_folder, safe_serialization=True)");
    }

    /// <summary>The configuration under its own key for the dtype: dtype (newer) or torch_dtype.</summary>
    private static JsonObject WithDtype(JsonObject config, ScalarType dtype)
    {
        JsonObject copy = config.DeepClone().AsObject();
        string name = dtype switch
        {
            ScalarType.Float32 => "float32",
            ScalarType.BFloat16 => "bfloat16",
            ScalarType.Float16 => "float16",
            ScalarType.Float64 => "float64",
            _ => throw new ArgumentOutOfRangeException(nameof(dtype), dtype, "a floating-point dtype is needed"),
        };
        copy[copy.ContainsKey("torch_dtype") && !copy.ContainsKey("dtype") ? "torch_dtype" : "dtype"] = name;
        return copy;
    }

    private static void Verify(string folder, IReadOnlyList<(string Name, Tensor Tensor)> weights, ScalarType dtype)
    {
        using HuggingFaceFolder written = Open(folder);
        CheckpointCheck.Compare(written.Weights, [.. weights.Select(weight => (weight.Name, (IReadOnlyList<long>)weight.Tensor.shape))]).ThrowIfUnusable(folder);
        if (weights.FirstOrDefault(weight => written.Weights.Info(weight.Name).Dtype != SafetensorsWriter.Stored(weight.Tensor, dtype)).Name is string name)
        {
            throw new IOException($"{folder}: tensor '{name}' was written with another dtype than {dtype}");
        }
    }
}

using Alignment.Checkpoints;
using Alignment.Tokenization;

using static TorchSharp.torch;

namespace Alignment.Models;

/// <summary>A model with the tokenizer and the chat template that came with it.</summary>
public sealed class LoadedModel : IDisposable
{
    private string? _sha256;

    /// <summary>The model.</summary>
    public required CausalModel Model { get; init; }

    /// <summary>Its tokenizer.</summary>
    public required Tokenizer Tokenizer { get; init; }

    /// <summary>Its chat template; null when it has none, and then conversations are an error.</summary>
    public required ChatTemplate? Template { get; init; }

    /// <summary>The Hugging Face folder or GGUF file.</summary>
    public required string Path { get; init; }

    /// <summary>Hash of configuration and weights (<see cref="ModelHash"/>); computed when first asked for.</summary>
    public string Sha256 => _sha256 ??= ModelHash.Of(Path);

    /// <summary>Ids that end a text: config.json's, generation_config.json's and the tokenizer's.</summary>
    public IReadOnlySet<int> EosIds => new HashSet<int>(Tokenizer.EosId is int id ? [.. Model.EosIds, id] : Model.EosIds);

    /// <summary>Loads everything. Call it outside every dispose scope.</summary>
    /// <param name="path">of <see cref="ModelSource.Resolve"/></param>
    /// <param name="dtype">dtype to compute in</param>
    /// <param name="device">where the weights go</param>
    /// <exception cref="Shared.UserError">Something is absent, damaged or not supported; named.</exception>
    public static LoadedModel Load(string path, ScalarType dtype, Device device)
    {
        if (Directory.Exists(path))
        {
            // The small files first: what is wrong with them shows before gigabytes are read.
            Tokenizer tokenizer = TokenizerFolder.Load(path);
            var template = ChatTemplate.TryLoad(path);
            return new LoadedModel { Model = CausalModel.Load(path, dtype, device), Tokenizer = tokenizer, Template = template, Path = path };
        }

        using var gguf = GgufCheckpoint.Open(path);
        IReadOnlyDictionary<string, object> metadata = gguf.File.Metadata;
        return new LoadedModel
        {
            Tokenizer = GgufTokenizer.Load(metadata),
            Template = ChatTemplate.TryFromGguf(metadata),
            Model = CausalModel.Load(gguf.Config, null, gguf, dtype, device),
            Path = path,
        };
    }

    /// <summary>Writes a complete Hugging Face folder: configuration, weights, tokenizer, chat template.</summary>
    /// <param name="folder">appears whole or not at all; must not exist, unless <paramref name="replace"/></param>
    /// <param name="dtype">dtype on disk</param>
    /// <param name="valueOf">gives a weight's exact value where there is a better one than its own, or null</param>
    /// <param name="replace">an existing folder is replaced once the new one is complete</param>
    /// <exception cref="Shared.UserError">The folder exists, or the disk is full; nothing half-written stays.</exception>
    public void Save(string folder, ScalarType dtype, Func<Weight, Tensor?>? valueOf = null, bool replace = false)
    {
        string beside = Directory.CreateTempSubdirectory("alignment-").FullName;
        try
        {
            Tokenizer.Save(beside);
            Template?.Save(beside);
            using var noGradients = no_grad();
            using var scope = NewDisposeScope();
            HuggingFaceFolder.Write(
                folder, Model.ConfigJson, [.. Model.Weights.Select(weight => (weight.Name, valueOf?.Invoke(weight) ?? weight.Value))],
                dtype, Model.GenerationJson, Directory.EnumerateFiles(beside), replace: replace);
        }
        finally
        {
            Directory.Delete(beside, recursive: true);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Model.Dispose();
}

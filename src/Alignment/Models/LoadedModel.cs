using Alignment.Checkpoints;
using Alignment.Models.Families;
using Alignment.Shared;
using Alignment.Tokenization;

using static TorchSharp.torch;

namespace Alignment.Models;

/// <summary>A model with the tokenizer and the chat template that came with it.</summary>
public sealed class LoadedModel : IDisposable
{
    private string? _sha256;

    /// <summary>The model.</summary>
    public required CausalModel Model { get; init; }

    /// <summary>Its tokenizer; ids that the model has no embedding for are an error where a text gives them.</summary>
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
    /// <exception cref="UserError">Something is absent, damaged or not supported; named.</exception>
    public static LoadedModel Load(string path, ScalarType dtype, Device device)
    {
        if (Directory.Exists(path))
        {
            // The small files first: what is wrong with them shows before gigabytes are read.
            Tokenizer tokenizer = TokenizerFolder.Load(path);
            var template = ChatTemplate.TryLoad(path);
            return Of(path, tokenizer, template, CausalModel.Load(path, dtype, device));
        }

        using var gguf = GgufCheckpoint.Open(path);
        IReadOnlyDictionary<string, object> metadata = gguf.File.Metadata;
        return Of(path, GgufTokenizer.Load(metadata), ChatTemplate.TryFromGguf(metadata), CausalModel.Load(gguf.Config, null, gguf, dtype, device));
    }

    /// <summary>
    /// This model beside a reference that is given the same ids, whatever tokenizer lies with it: ids that the reference has no
    /// embedding for are an error too. Shares the weights with this one; dispose either.
    /// </summary>
    /// <param name="reference">folder or GGUF file; of it only configuration and tokenizer are read</param>
    /// <exception cref="UserError">The reference's tokenizer has another token for an id; named.</exception>
    public LoadedModel Beside(string reference)
    {
        (Tokenizer? other, int rows) = Vocabulary(reference);
        int known = other is null || other.Sha256 == Tokenizer.Sha256 ? 0 : Math.Min(other.VocabularySize, Tokenizer.VocabularySize);
        int differing = Enumerable.Range(0, known).FirstOrDefault(id => other!.TokenOf(id) is string there && Tokenizer.TokenOf(id) is string here && there != here, -1);
        return differing >= 0
            ? throw new UserError(FormattableString.Invariant(
                $"reference: {reference} has another tokenizer than {Path}: id {differing} is '{other!.TokenOf(differing)}' there and '{Tokenizer.TokenOf(differing)}' here. Name a reference with the model's tokenizer"))
            : new LoadedModel { Model = Model, Tokenizer = BoundedTokenizer.Of(Tokenizer, rows, $"the reference {reference}"), Template = Template, Path = Path };
    }

    /// <summary>Writes a complete Hugging Face folder: configuration, weights, tokenizer, chat template.</summary>
    /// <param name="folder">appears whole or not at all; must not exist, unless <paramref name="replace"/></param>
    /// <param name="dtype">dtype on disk</param>
    /// <param name="valueOf">gives a weight's exact value where there is a better one than its own, or null</param>
    /// <param name="replace">an existing folder is replaced once the new one is complete</param>
    /// <exception cref="UserError">The folder exists, or the disk is full; nothing half-written stays.</exception>
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

    private static LoadedModel Of(string path, Tokenizer tokenizer, ChatTemplate? template, CausalModel model) => new()
    {
        Model = model,
        Tokenizer = BoundedTokenizer.Of(tokenizer, model.Config.VocabularySize, path),
        Template = template,
        Path = path,
    };

    // Tokenizer (null where a folder has none) and number of embeddings of a model whose weights are not read.
    private static (Tokenizer? Tokenizer, int Rows) Vocabulary(string path)
    {
        if (Directory.Exists(path))
        {
            using var folder = HuggingFaceFolder.Open(path);
            bool has = File.Exists(System.IO.Path.Combine(path, TokenizerFiles.TokenizerFile));
            return (has ? TokenizerFolder.Load(path) : null, ModelFamilies.Read(folder.Config).VocabularySize);
        }

        using var gguf = GgufCheckpoint.Open(path);
        return (GgufTokenizer.Load(gguf.File.Metadata), ModelFamilies.Read(gguf.Config).VocabularySize);
    }
}

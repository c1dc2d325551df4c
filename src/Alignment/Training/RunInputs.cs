using System.Reflection;
using System.Security.Cryptography;
using System.Text;

using Alignment.Adapters;
using Alignment.Data;
using Alignment.Models;
using Alignment.Native;
using Alignment.Shared;
using Alignment.Shared.Runs;
using Alignment.Shared.Snapshots;

using TorchSharp;

using static TorchSharp.torch;

namespace Alignment.Training;

/// <summary>What a run.yaml names, opened: model, tokenizer, template, rows, device.</summary>
public sealed class RunInputs : IDisposable
{
    private RunInputs(RunSpec spec, LoadedModel model, TrainingData data, TrainingData? heldOut, Device device) =>
        (Spec, Model, Data, HeldOut, Device) = (spec, model, data, heldOut, device);

    /// <summary>The run.</summary>
    public RunSpec Spec { get; }

    /// <summary>The model before training.</summary>
    public LoadedModel Model { get; }

    /// <summary>The rows to train on.</summary>
    public TrainingData Data { get; }

    /// <summary>Other held-out rows; null takes the test split of <see cref="Data"/>.</summary>
    public TrainingData? HeldOut { get; }

    /// <summary>Where tensors live.</summary>
    public Device Device { get; }

    /// <summary>Path of an explicit other reference model; null when the reference is the model before training.</summary>
    public string? ReferencePath { get; private init; }

    /// <summary>The dtype of the computation.</summary>
    public ScalarType Dtype => Spec.Precision == PrecisionNames.Fp32 ? ScalarType.Float32 : ScalarType.BFloat16;

    /// <summary>Hash of tokenizer and chat template.</summary>
    public string TokenizerSha256 => Hash(Model.Tokenizer.Sha256, Model.Template?.Source ?? "no template");

    /// <summary>Opens everything. Call it outside every dispose scope.</summary>
    /// <param name="spec">the run</param>
    /// <param name="baseFolder">the folder of its run.yaml: what relative paths start from</param>
    /// <param name="data">the data folder</param>
    /// <exception cref="UserError">something is absent, damaged or does not go together; named</exception>
    public static RunInputs Open(RunSpec spec, string baseFolder, DataFolder data)
    {
        Device device = Devices.Parse(spec.Device);
        DeviceMemory.Begin(device);
        if (spec.Deterministic && device.type != DeviceType.CPU)
        {
            throw new UserError("deterministic: is not built for GPUs yet; remove the key, or train on the cpu, where it always holds");
        }

        var rows = TrainingData.Open(TrainingData.Resolve(spec.Data, baseFolder, data));
        TrainingData? heldOut = spec.Evaluate.Data is string other ? TrainingData.Open(TrainingData.Resolve(other, baseFolder, data)) : null;
        string path = ModelSource.Resolve(spec.Model, baseFolder, data);
        string? reference = (spec as DpoSpec)?.Reference is string name ? ModelSource.Resolve(name, baseFolder, data) : null;
        // Weights that train are loaded as exactly as they were saved: the master keeps what the compute dtype would round.
        ScalarType dtype = spec.Precision == PrecisionNames.Fp32 || spec.Lora is null ? ScalarType.Float32 : ScalarType.BFloat16;
        var model = LoadedModel.Load(path, dtype, device);
        if (spec is DpoSpec { Batch.SharePrompt: true } && model.Model.Config.Rope.Kind == RopeKind.Dynamic)
        {
            model.Dispose();
            throw new UserError("batch.share_prompt: does not go together with dynamic NTK scaling (rope_scaling of the model), whose angles depend on the longest row; write false");
        }

        string? referencePath = reference == path ? null : reference;
        return new RunInputs(spec, referencePath is null ? model : Beside(model, referencePath), rows, heldOut, device) { ReferencePath = referencePath };
    }

    /// <summary>Places the adapters that the run asks for; null trains every weight.</summary>
    public LoraAdapters? Attach()
    {
        if (Spec.Lora is not LoraSpec lora)
        {
            return null;
        }

        var config = new LoraConfig
        {
            Rank = lora.Rank,
            Alpha = lora.Alpha,
            Dropout = lora.Dropout,
            RankStabilized = lora.Rslora,
            Targets = Targets(lora.Targets),
            Exclude = lora.Exclude is null ? null : Targets(lora.Exclude),
            Layers = lora.Layers,
        };
        var adapters = LoraAdapters.Attach(Model.Model, config, Spec.Seed);
        string? wrong = !adapters.OnHead ? null
            : Model.Model.Head.Tied ? "lora.targets: lm_head is the embedding in this model, and its adapter could not be merged; take it out"
            : adapters.Maps.Count() == 1 ? "lora.targets: lm_head alone leaves the rest of the model without anything to train; add others, such as q_proj and v_proj"
            : null;
        if (wrong is not null)
        {
            adapters.Dispose();
            throw new UserError(wrong);
        }

        return adapters;
    }

    /// <summary>The manifest of a run that starts now.</summary>
    /// <param name="command">the command line</param>
    /// <param name="now">the time of the start</param>
    public RunManifest Manifest(string command, DateTimeOffset now) => new(
        Spec.Trainer, command, now, new HashedSource(Model.Path, Model.Sha256), new HashedSource(Model.Path, TokenizerSha256),
        new HashedSource(Data.Path, Data.Sha256), Spec.Device, get_num_threads(), Spec.Seed, Versions())
    {
        Reference = ReferencePath is null ? null : new HashedSource(ReferencePath, Checkpoints.ModelHash.Of(ReferencePath)),
    };

    /// <summary>
    /// The key of the reference's log-probabilities of some rows. In fp32 the micro-batches belong to it: the first loss is then
    /// checked to 1e-5, closer than two ways of computing the same row agree.
    /// </summary>
    /// <param name="manifest">holds the hashes</param>
    /// <param name="data">where the rows come from</param>
    /// <param name="rows">the encoded rows</param>
    /// <param name="microBatches">the rows asked for</param>
    public string ReferenceKey(RunManifest manifest, TrainingData data, IRowSet rows, IReadOnlyList<int[]> microBatches) => Hash(
        (manifest.Reference ?? manifest.Model).Sha256, manifest.Tokenizer.Sha256, data.Sha256,
        RunRows.Rules(Spec).Fingerprint, Spec.Precision, Spec.Batch.SharePrompt ? "shared prompt" : "two rows", RowFingerprint.Of(rows),
        Spec.Precision == PrecisionNames.Fp32 ? RowFingerprint.Of(rows, microBatches) : "any micro-batches");

    /// <summary>What must be equal for a bit-equal resume, by name.</summary>
    public IReadOnlyDictionary<string, string> Settings(RunManifest manifest) => new SortedDictionary<string, string>(StringComparer.Ordinal)
    {
        ["model"] = manifest.Model.Sha256,
        ["tokenizer"] = manifest.Tokenizer.Sha256,
        ["data"] = manifest.Data.Sha256,
        ["reference"] = manifest.Reference?.Sha256 ?? "the model before training",
        ["run.yaml"] = Hash(RunSpecYaml.Write(Spec)),
        ["device"] = manifest.Device,
        ["threads"] = FormattableString.Invariant($"{manifest.Threads}"),
        ["versions"] = string.Join(", ", manifest.Versions.Select(version => $"{version.Key} {version.Value}")),
    };

    /// <inheritdoc/>
    public void Dispose() => Model.Dispose();

    private static LoadedModel Beside(LoadedModel model, string reference)
    {
        try
        {
            return model.Beside(reference);
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    private static ModuleTargets Targets(ModuleSelection selection) =>
        selection.IsAllLinear ? ModuleTargets.AllLinear
        : selection.Names is not null ? ModuleTargets.Of(selection.Names)
        : ModuleTargets.Matching(selection.Pattern!);

    private static string Hash(params string[] parts) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', parts))));

    private static SortedDictionary<string, string> Versions() => new(StringComparer.Ordinal)
    {
        ["alignment"] = VersionOf(typeof(RunInputs)),
        ["dotnet"] = Environment.Version.ToString(),
        ["libtorch"] = __version__,
        ["TorchSharp"] = VersionOf(typeof(torch)),
    };

    private static string VersionOf(Type type) =>
        type.Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "unknown";
}

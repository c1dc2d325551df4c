using System.Text.Json;
using System.Text.Json.Nodes;

using Alignment.Checkpoints;
using Alignment.Models;
using Alignment.Shared;

using static TorchSharp.torch;

namespace Alignment.Adapters;

/// <summary>Adapter folders as PEFT reads and writes them: <c>adapter_config.json</c> and <c>adapter_model.safetensors</c>.</summary>
public static class PeftFolder
{
    private const string ConfigFile = "adapter_config.json";
    private const string WeightsFile = "adapter_model.safetensors";
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>Places the folder's adapters on a model. Call it outside every dispose scope.</summary>
    /// <param name="model">the base that the adapter was made for</param>
    /// <param name="folder">PEFT's folder</param>
    /// <exception cref="UserError">The folder asks for something that is not supported, or a tensor is absent, misshaped or fits nowhere; named.</exception>
    public static LoraAdapters Load(CausalModel model, string folder)
    {
        string configPath = Path.Combine(folder, ConfigFile);
        string weightsPath = Path.Combine(folder, WeightsFile);
        LoraConfig config = PeftConfig.Read(configPath);
        using SafetensorsFile file = SafetensorsFile.Open(weightsPath);
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        CheckNames(model, config, file);
        ScalarType dtype = model.Dtype == ScalarType.Float64 ? ScalarType.Float64 : ScalarType.Float32;
        return LoraAdapters.Place(model, config, (path, rank, inner) => (
            Take(file, PeftNames.A(path), [rank, inner.Weight.Shape[1]], dtype, model.Device),
            Take(file, PeftNames.B(path), [inner.Weight.Shape[0], rank], dtype, model.Device)));
    }

    /// <summary>Writes the folder; each file appears whole.</summary>
    /// <param name="adapters">what to write</param>
    /// <param name="folder">created where absent</param>
    /// <param name="baseModel">name or path of the base, for people and PEFT; may be empty</param>
    /// <param name="valueOf">the value of a weight to write, such as the fp32 master; null takes the value in use</param>
    /// <param name="dtype">dtype on disk; null keeps each tensor's own</param>
    public static void Save(LoraAdapters adapters, string folder, string baseModel, Func<Weight, Tensor?>? valueOf = null, ScalarType? dtype = null)
    {
        Directory.CreateDirectory(folder);
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        List<(string, Tensor)> tensors = [];
        foreach (Weight weight in adapters.Weights)
        {
            tensors.Add((weight.Name, (valueOf?.Invoke(weight) ?? weight.Value).detach()));
        }

        SafetensorsWriter.Write(Path.Combine(folder, WeightsFile), tensors, dtype: dtype);
        JsonObject config = PeftConfig.Write(adapters, baseModel);
        AtomicFile.Write(Path.Combine(folder, ConfigFile), stream => JsonSerializer.Serialize(stream, config, Indented));
    }

    /// <summary>Every tensor of the file must belong to a named module, and every named module must have both halves.</summary>
    private static void CheckNames(CausalModel model, LoraConfig config, SafetensorsFile file)
    {
        var expected = new HashSet<string>(StringComparer.Ordinal);
        foreach (LinearSlot slot in LoraPlacement.Slots(model, config))
        {
            expected.Add(PeftNames.A(slot.Path));
            expected.Add(PeftNames.B(slot.Path));
            string copy = PeftNames.BaseLayer(slot.Path);
            if (file.Has(copy) && slot.Map is Linear inner)
            {
                CheckBase(file, copy, inner.Weight);
                expected.Add(copy);
            }
        }

        string[] strangers = [.. file.Names.Where(name => !expected.Contains(name)).Order(StringComparer.Ordinal)];
        if (strangers.Length > 0)
        {
            throw new UserError(
                $"{file.Path}: '{strangers[0]}'{(strangers.Length > 1 ? $" and {strangers.Length - 1} more tensors fit" : " fits")} nowhere: "
                + $"the model has no such module, or {ConfigFile} does not name it. Use the adapter with the model it was made for.");
        }
    }

    private static void CheckBase(SafetensorsFile file, string name, Weight weight)
    {
        Tensor stored = file.Read(name, weight.Value.dtype, weight.Value.device);
        if (!stored.shape.SequenceEqual(weight.Shape) || stored.ne(weight.Value.detach()).any().item<bool>())
        {
            throw new UserError($"{file.Path}: '{name}' differs from the model's {weight.Name}: the adapter was made for another base model.");
        }
    }

    private static Tensor Take(SafetensorsFile file, string name, long[] shape, ScalarType dtype, Device device)
    {
        if (!file.Has(name))
        {
            throw new UserError($"{file.Path}: '{name}' is absent, though {ConfigFile} names its module: the folder is incomplete or made for another model.");
        }

        IReadOnlyList<long> found = file.Info(name).Shape;
        if (!found.SequenceEqual(shape))
        {
            throw new UserError(
                $"{file.Path}: '{name}' is [{string.Join(", ", found)}] instead of [{string.Join(", ", shape)}]: "
                + "the rank or the base model is another one.");
        }

        return file.Read(name, dtype, device).clone();
    }
}

using System.Text.Json.Nodes;

using Alignment.Adapters;
using Alignment.Checkpoints;
using Alignment.Goldens;
using Alignment.Models;
using Alignment.Training;

using static TorchSharp.torch;

namespace Alignment.Tests.Adapters;

public class PeftGoldenTests
{
    [Fact, Trait("suite", "golden")]
    public void Peft_AgainstPeft_Agrees()
    {
        Assert.SkipUnless(GoldenData.Has("peft"), "no peft in " + GoldenData.Root);
        var suite = new GoldenSuite("peft");
        JsonNode index = GoldenData.Json(GoldenData.At("peft", "index.json"));
        foreach (string folder in Directory.GetDirectories(GoldenData.At("peft")).Order(StringComparer.Ordinal))
        {
            string family = Path.GetFileName(folder).Split("_bias")[0];
            foreach (string adapter in Directory.GetDirectories(folder).Order(StringComparer.Ordinal).Where(path => Path.GetFileName(path) != "base"))
            {
                string id = $"{Path.GetFileName(folder)}/{Path.GetFileName(adapter)}";
                (string, string)[] names = [("families", family), ("options", "peft/" + family), .. Options(adapter)];
                if (File.Exists(Path.Combine(adapter, "adapter_config.json")))
                {
                    suite.Case(id, names, () => PeftCase.Compare(suite, index, Path.Combine(folder, "base"), adapter));
                }
                else
                {
                    RunMixtures(suite, index, Path.Combine(folder, "base"), adapter, names);
                }
            }

            if (File.Exists(Path.Combine(folder, "pissa.safetensors")))
            {
                suite.Case($"{family}/pissa", [("options", "peft/pissa")], () => throw new NotSupportedException("PiSSA"));
            }

            if (File.Exists(Path.Combine(folder, "training.safetensors")))
            {
                foreach ((string key, JsonNode? notes) in index["training"]!.AsObject())
                {
                    suite.Case($"{family}/training/{key}", [("options", "peft/" + key.Split('.')[0])], () => PeftTraining.Compare(suite, index, folder, key, notes!));
                }
            }
        }

        suite.Finish();
    }

    /// <summary>Two adapters on one base: each alone is a plain one; combinations are not built.</summary>
    private static void RunMixtures(GoldenSuite suite, JsonNode index, string baseFolder, string folder, IEnumerable<(string, string)> names)
    {
        foreach (string adapter in Directory.GetDirectories(folder).Order(StringComparer.Ordinal))
        {
            string name = Path.GetFileName(adapter);
            suite.Case($"{Path.GetFileName(folder)}/{name}", names, () =>
            {
                using var scope = NewDisposeScope();
                using SafetensorsFile golden = SafetensorsFile.Open(Path.Combine(folder, "golden.safetensors"));
                using CausalModel model = PeftCase.Load(baseFolder, ScalarType.Float32);
                using LoraAdapters adapters = PeftFolder.Load(model, adapter);
                PeftCase.CompareLogits(suite, index, model, golden, "logits." + name);
            });
        }

        using SafetensorsFile file = SafetensorsFile.Open(Path.Combine(folder, "golden.safetensors"));
        foreach (string combination in file.Names.Where(name => name.StartsWith("logits.", StringComparison.Ordinal) && !Directory.Exists(Path.Combine(folder, name[7..]))))
        {
            suite.Case($"{Path.GetFileName(folder)}/{combination}", [.. names, ("options", "peft/combinations")], () => throw new NotSupportedException("combined adapters"));
        }
    }

    /// <summary>What the folder asks for beyond plain LoRA, by PEFT's keys.</summary>
    private static IEnumerable<(string, string)> Options(string adapter)
    {
        if (!File.Exists(Path.Combine(adapter, "adapter_config.json")))
        {
            yield break;
        }

        JsonNode config = GoldenData.Json(Path.Combine(adapter, "adapter_config.json"));
        yield return ("options", "peft/" + config["peft_type"]);
        if (config["use_dora"]?.GetValue<bool>() == true)
        {
            yield return ("options", "peft/dora");
        }

        if (config["bias"] is JsonNode bias && bias.GetValue<string>() != "none")
        {
            yield return ("options", "peft/bias");
        }

        if (config["modules_to_save"] is not null)
        {
            yield return ("options", "peft/modules_to_save");
        }

        using SafetensorsFile weights = SafetensorsFile.Open(Path.Combine(adapter, "adapter_model.safetensors"));
        if (weights.Names.Any(name => name.Contains("lora_embedding", StringComparison.Ordinal)))
        {
            yield return ("options", "peft/embedding");
        }
    }
}

/// <summary>One adapter folder: logits, gradients, merging, switching off, and the folder written again.</summary>
internal static class PeftCase
{
    public static CausalModel Load(string folder, ScalarType dtype)
    {
        using var outside = NewDisposeScope(); // models detach themselves
        return CausalModel.Load(folder, dtype, CPU);
    }

    public static void Compare(GoldenSuite suite, JsonNode index, string baseFolder, string folder)
    {
        using var scope = NewDisposeScope();
        using SafetensorsFile golden = SafetensorsFile.Open(Path.Combine(folder, "golden.safetensors"));
        using SafetensorsFile plain = SafetensorsFile.Open(Path.Combine(baseFolder, "golden.safetensors"));
        using CausalModel model = Load(baseFolder, ScalarType.Float32);
        LoraAdapters adapters = PeftFolder.Load(model, folder);
        CompareLogits(suite, index, model, golden, "logits");
        CompareGradients(suite, index, model, adapters, golden);
        adapters.Enabled = false;
        CompareLogits(suite, index, model, plain, "logits");
        adapters.Enabled = true;
        CompareWrittenAgain(suite, index, baseFolder, adapters, golden);
        adapters.Merge();
        CompareLogits(suite, index, model, golden, "merged_logits");
        foreach (string name in golden.Names.Where(name => name.StartsWith("merged_weight.", StringComparison.Ordinal)))
        {
            Tensor merged = model.Weights.Single(weight => weight.Name == name["merged_weight.".Length..]).Value;
            GoldenSuite.Near(name, merged.Doubles(), golden.Read(name).Doubles(), suite.Limit("merged_weight_abs"));
        }

        adapters.Dispose();
    }

    public static void CompareLogits(GoldenSuite suite, JsonNode index, CausalModel model, SafetensorsFile golden, string name)
    {
        using var guard = no_grad();
        var batch = new PeftBatch(index);
        Tensor logits = model.Head.Logits(batch.Hidden(model)); // [N, T, V]
        Tensor expected = golden.Read(name);
        for (int row = 0; row < batch.Rows; row++)
        {
            long count = batch.Lengths[row];
            GoldenSuite.Near($"{name}[{row}]", logits[row].narrow(0, 0, count).Doubles(), expected[row].narrow(0, 0, count).Doubles(), suite.Limit("logits_abs"));
        }
    }

    private static void CompareGradients(GoldenSuite suite, JsonNode index, CausalModel model, LoraAdapters adapters, SafetensorsFile golden)
    {
        using FlatParameters flat = FlatParameters.Create(adapters.Weights, ParameterGroup.ByDecay(0));
        double loss = new PeftBatch(index).Backward(model, flat);
        GoldenSuite.Near("loss", loss, golden.Read("loss").Double(), suite.Limit("logits_abs"));
        foreach (Weight weight in adapters.Weights)
        {
            string name = "grad." + weight.Name.Replace(".weight", ".default.weight", StringComparison.Ordinal);
            double difference = TensorValues.RelativeToLargest(flat.GradientOf(weight)!, golden.Read(name));
            if (!(difference <= suite.Limit("gradient_rel_max")))
            {
                throw new GoldenDifference($"{name}: {difference:G3} of the largest entry");
            }
        }
    }

    private static void CompareWrittenAgain(GoldenSuite suite, JsonNode index, string baseFolder, LoraAdapters adapters, SafetensorsFile golden)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("peft-");
        try
        {
            PeftFolder.Save(adapters, folder.FullName, "base");
            using CausalModel model = Load(baseFolder, ScalarType.Float32);
            using LoraAdapters again = PeftFolder.Load(model, folder.FullName);
            CompareLogits(suite, index, model, golden, "logits");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}

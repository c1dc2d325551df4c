using System.Text.Json.Nodes;

using Alignment.Adapters;
using Alignment.Checkpoints;
using Alignment.Goldens;
using Alignment.Models;
using Alignment.Training;

using static TorchSharp.torch;

namespace Alignment.Tests.Adapters;

/// <summary>PEFT's short training run, through the flat buffers and the optimizer.</summary>
internal static class PeftTraining
{
    private const double Alpha = 8; // of the generator's script; the files do not hold it

    public static void Compare(GoldenSuite suite, JsonNode index, string folder, string key, JsonNode notes)
    {
        using var scope = NewDisposeScope();
        bool wide = key.EndsWith("f64", StringComparison.Ordinal);
        ScalarType dtype = wide ? ScalarType.Float64 : ScalarType.Float32;
        using SafetensorsFile golden = SafetensorsFile.Open(Path.Combine(folder, "training.safetensors"));
        using CausalModel model = PeftCase.Load(Path.Combine(folder, "base"), dtype);
        string start = $"{key}.start.";
        string Golden(string phase, string name) => $"{key}.{phase}.{name.Replace(".weight", ".default.weight", StringComparison.Ordinal)}";
        string[] paths = [.. golden.Names.Where(name => name.StartsWith(start + PeftNames.Prefix, StringComparison.Ordinal) && name.Contains(".lora_A.", StringComparison.Ordinal))
            .Select(name => name[(start + PeftNames.Prefix).Length..].Split(".lora_A.")[0])];
        int rank = (int)golden.Info(Golden("start", PeftNames.A(paths[0]))).Shape[0];
        var config = new LoraConfig { Rank = rank, Alpha = Alpha, Targets = ModuleTargets.Of(paths) };
        LoraAdapters adapters = LoraAdapters.Place(model, config, (path, _, _) => (
            golden.Read(Golden("start", PeftNames.A(path)), dtype, CPU).clone(), golden.Read(Golden("start", PeftNames.B(path)), dtype, CPU).clone()));
        double decay = notes["weight_decay"]!.GetValue<double>();
        using (FlatParameters flat = FlatParameters.Create(adapters.Weights, _ => new ParameterGroup("adapter", decay)))
        {
            Train(suite, index, model, flat, notes, (step, weight) =>
            {
                string name = Golden($"after{step}", weight.Name);
                if (golden.Has(name))
                {
                    GoldenSuite.Near(name, weight.Value.Doubles(), golden.Read(name).Doubles(), suite.Limit("merged_weight_abs"));
                }
            });
        }

        adapters.Dispose();
    }

    private static void Train(GoldenSuite suite, JsonNode index, CausalModel model, FlatParameters flat, JsonNode notes, Action<int, Weight> compare)
    {
        double[] Numbers(string name) => [.. notes[name]!.AsArray().Select(GoldenData.Number)];
        double[] betas = Numbers("betas");
        using var optimizer = new AdamW(flat, new AdamWOptions(betas[0], betas[1], GoldenData.Number(notes["eps"])));
        double[] losses = Numbers("losses");
        for (int step = 1; step <= losses.Length; step++)
        {
            flat.ZeroGradients();
            GoldenSuite.Near($"losses[{step}]", new PeftBatch(index).Backward(model, flat), losses[step - 1], suite.Limit("merged_weight_abs"));
            Tensor norm = Clipping.Norm(flat.Gradient);
            GoldenSuite.Near($"grad_norms[{step}]", norm.Double(), Numbers("grad_norms")[step - 1], suite.Limit("merged_weight_abs"));
            Clipping.Scale(flat.Gradient, norm, GoldenData.Number(notes["max_grad_norm"]));
            optimizer.Step(GoldenData.Number(notes["lr"]));
            foreach (ParameterView view in flat.Views)
            {
                compare(step, view.Weight);
            }
        }
    }
}

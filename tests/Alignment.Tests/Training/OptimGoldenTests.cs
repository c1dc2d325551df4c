using System.Text.Json.Nodes;

using Alignment.Checkpoints;
using Alignment.Goldens;
using Alignment.Models;
using Alignment.Training;

using static TorchSharp.torch;

namespace Alignment.Tests.Training;

public class OptimGoldenTests
{
    private static readonly string[] Modes = ["fp32", "fp64", "bf16_master", "bf16_pure"];

    [Fact, Trait("suite", "golden")]
    public void Optim_AgainstTorch_Agrees()
    {
        Assert.SkipUnless(GoldenData.Has("optim"), "no optim in " + GoldenData.Root);
        var suite = new GoldenSuite("optim");
        RunOptimizers(suite);
        RunClipping(suite);
        RunSchedules(suite);
        foreach (JsonNode? item in GoldenData.Json(GoldenData.At("optim", "ema.json"))["cases"]!.AsArray())
        {
            suite.Case($"ema/{item!["id"]}", [("options", "optim/ema")], () => throw new NotSupportedException("moving averages"));
        }

        suite.Finish();
    }

    private static void RunOptimizers(GoldenSuite suite)
    {
        using SafetensorsFile file = SafetensorsFile.Open(GoldenData.At("optim", "trajectories.safetensors"));
        string[] parameters = [.. file.Names.Where(name => name.StartsWith("start.", StringComparison.Ordinal)).Select(name => name[6..])];
        foreach ((string name, JsonNode? notes) in GoldenData.Json(GoldenData.At("optim", "trajectories.json"))["optimisers"]!.AsObject())
        {
            JsonObject options = notes!["options"]!.AsObject();
            string source = notes["source"]!.GetValue<string>();
            foreach (string mode in Modes.Where(mode => file.Has($"{name}.{mode}.{parameters[0]}")))
            {
                List<(string, string)> names = [("options", "optim/" + mode)];
                names.AddRange(source == "torch.optim.AdamW" ? options.Select(option => ("options", "optim/" + option.Key)) : [("options", "optim/" + source)]);
                suite.Case($"trajectories/{name}.{mode}", names, () => CompareSteps(suite, file, name, mode, parameters, options));
            }
        }
    }

    private static void CompareSteps(GoldenSuite suite, SafetensorsFile file, string name, string mode, string[] parameters, JsonObject options)
    {
        using var scope = NewDisposeScope();
        ScalarType wide = mode == "fp64" ? ScalarType.Float64 : ScalarType.Float32;
        ScalarType compute = mode == "bf16_master" ? ScalarType.BFloat16 : wide;
        (double rel, double abs) = mode == "fp64" ? (suite.Limit("float64_rel"), 1e-12) : (suite.Limit("float32_rel"), 1e-7);
        Weight[] weights = [.. parameters.Select(parameter => new Weight(parameter, file.Read($"start.{parameter}", wide, CPU).clone()))];
        bool grouped = options.ContainsKey(parameters[0]);
        JsonObject Of(string parameter) => grouped ? options[parameter]!.AsObject() : options;
        double rate = Of(parameters[0])["lr"]!.GetValue<double>();
        using FlatParameters flat = FlatParameters.Create(weights, weight => new ParameterGroup(
            grouped ? weight.Name : "all", Of(weight.Name)["weight_decay"]?.GetValue<double>() ?? 0.01, Of(weight.Name)["lr"]!.GetValue<double>() / rate), compute);
        double[]? betas = options["betas"] is JsonArray given ? [.. given.Select(GoldenData.Number)] : null;
        using var optimizer = new AdamW(flat, new AdamWOptions(betas?[0] ?? 0.9, betas?[1] ?? 0.999, options["eps"]?.GetValue<double>() ?? 1e-8));
        long steps = file.Info($"grads.{parameters[0]}").Shape[0];
        for (long step = 0; step < steps; step++)
        {
            flat.ZeroGradients();
            foreach (Weight weight in weights)
            {
                using Tensor grad = weight.Value.grad!;
                grad.add_(file.Read($"grads.{weight.Name}")[step].to(grad.dtype));
            }

            flat.CollectGradients();
            optimizer.Step(rate);
            foreach (Weight weight in weights)
            {
                string key = $"{name}.{mode}.{weight.Name}";
                GoldenSuite.Near($"{key}[{step}]", flat.MasterOf(weight)!.Doubles(), file.Read(key)[step].Doubles(), abs, rel);
                if (file.Has(key + ".bf16"))
                {
                    GoldenSuite.Near($"{key}.bf16[{step}]", weight.Value.Doubles(), file.Read(key + ".bf16")[step].Doubles(), 0, 1.0 / 128);
                }
            }
        }

        CompareMoments(file, $"{name}.{mode}", flat, optimizer, rel);
    }

    private static void CompareMoments(SafetensorsFile file, string key, FlatParameters flat, AdamW optimizer, double rel)
    {
        foreach (ParameterView view in flat.Views.Where(view => file.Has($"{key}.{view.Weight.Name}.exp_avg")))
        {
            GoldenSuite.Near("exp_avg", optimizer.FirstMoments.narrow(0, view.Offset, view.Count).Doubles(), file.Read($"{key}.{view.Weight.Name}.exp_avg").Doubles(), 1e-7, rel);
            GoldenSuite.Near("exp_avg_sq", optimizer.SecondMoments.narrow(0, view.Offset, view.Count).Doubles(), file.Read($"{key}.{view.Weight.Name}.exp_avg_sq").Doubles(), 1e-7, rel);
        }
    }

    private static void RunClipping(GoldenSuite suite)
    {
        foreach (JsonNode? item in GoldenData.Json(GoldenData.At("optim", "clipping.json"))["cases"]!.AsArray())
        {
            suite.Case($"clipping/{item!["id"]}", [("options", "optim/clipping")], () =>
            {
                using var scope = NewDisposeScope();
                Tensor gradient = TensorValues.Vector(Flat(item["grads"]!));
                Tensor norm = Clipping.Norm(gradient, GoldenData.Number(item["norm_type"]));
                Clipping.Scale(gradient, norm, GoldenData.Number(item["max_norm"]));
                GoldenSuite.Near("norm", norm.Double(), GoldenData.Number(item["total_norm"]), 1e-12, suite.Limit("float64_rel"));
                GoldenSuite.Near("clipped", gradient.Doubles(), [.. Flat(item["clipped"]!)], 1e-12, suite.Limit("float64_rel"));
            });
        }
    }

    private static void RunSchedules(GoldenSuite suite)
    {
        JsonNode json = GoldenData.Json(GoldenData.At("optim", "schedules.json"));
        foreach (JsonNode? item in json["cases"]!.AsArray())
        {
            string name = item!["scheduler"]!.GetValue<string>();
            string own = name == "constant_with_warmup" ? "constant" : name; // with warm-up steps it is one schedule
            suite.Case($"schedules/{item["id"]}", [("options", "optim/" + name)], () =>
            {
                JsonArray curve = item["curve"]!.AsArray();
                double cycles = item["options"]!["num_cycles"]?.GetValue<double>() ?? 0.5;
                for (int step = 0; step < curve.Count; step++)
                {
                    double factor = Schedules.Factor(own, step, item["warmup_steps"]!.GetValue<long>(), item["training_steps"]!.GetValue<long>(), cycles);
                    GoldenSuite.Near($"curve[{step}]", factor * GoldenData.Number(item["lr"]), GoldenData.Number(curve[step]), 1e-12, suite.Limit("float64_rel"));
                }
            });
        }

        foreach (JsonNode? item in json["warmup_ratio_rounding"]!.AsArray())
        {
            suite.Case($"warmup/{item!["warmup_ratio"]}/{item["training_steps"]}", [], () => Assert.Equal(
                item["warmup_steps"]!.GetValue<long>(), Schedules.WarmupSteps(GoldenData.Number(item["warmup_ratio"]), item["training_steps"]!.GetValue<long>())));
        }
    }

    /// <summary>The numbers of nested lists in order: a gradient of several tensors as one.</summary>
    private static IEnumerable<double> Flat(JsonNode node) => node is JsonArray array ? array.SelectMany(entry => Flat(entry!)) : [GoldenData.Number(node)];
}

using System.Text.Json.Nodes;

using Alignment.Checkpoints;
using Alignment.Generation;
using Alignment.Models;
using Alignment.Shared;

using static TorchSharp.torch;

namespace Alignment.Evaluation;

/// <summary>Compares a model with a golden folder: of a tiny model (golden.safetensors) or of a real one (prompts.safetensors).</summary>
public static class Parity
{
    /// <summary>The file of limits, in the golden folder or above it.</summary>
    public const string LimitsFile = "tolerances.json";

    /// <summary>Measures every difference for which the folder has reference values.</summary>
    /// <param name="model">a Hugging Face folder or a GGUF file</param>
    /// <param name="folder">the golden folder</param>
    /// <exception cref="UserError">The folder holds no reference values, or no limits stand in or above it.</exception>
    public static ParityReport Measure(string model, string folder)
    {
        JsonObject limits = Limits(folder);
        return File.Exists(Path.Combine(folder, "golden.safetensors")) ? FamilyParity.Measure(model, folder, Block(limits, "families"))
            : File.Exists(Path.Combine(folder, "prompts.safetensors")) ? RealParity.Measure(model, folder, Block(limits, "real"))
            : throw new UserError($"{folder}: neither golden.safetensors nor prompts.safetensors stands there");
    }

    /// <summary>The largest |a − b|; NaN when an element is none.</summary>
    internal static double MaxAbs(Tensor a, Tensor b)
    {
        using var scope = NewDisposeScope();
        Tensor difference = (a.to(ScalarType.Float64) - b.to(ScalarType.Float64)).abs();
        return difference.numel() == 0 ? 0 : difference.max().item<double>();
    }

    /// <summary>‖a − b‖ / ‖b‖ of one tensor; where b is zero, ‖a‖.</summary>
    internal static double RelativeL2(Tensor a, Tensor b)
    {
        using var scope = NewDisposeScope();
        double reference = b.to(ScalarType.Float64).norm().item<double>();
        double difference = (a.to(ScalarType.Float64) - b.to(ScalarType.Float64)).norm().item<double>();
        return reference > 0 ? difference / reference : difference;
    }

    /// <summary>Number of tokens in which greedy continuations differ from the reference.</summary>
    /// <param name="model">the model</param>
    /// <param name="prompts">each row alone, unpadded</param>
    /// <param name="expected">new ids of each</param>
    internal static int GreedyDifferences(CausalModel model, IReadOnlyList<int[]> prompts, IReadOnlyList<long[]> expected)
    {
        int differences = 0;
        for (int row = 0; row < prompts.Count; row++)
        {
            long[] wanted = expected[row];
            var generator = new TextGenerator(model, new SamplingOptions { Greedy = true }, new GenerationLimits(wanted.Length, new HashSet<int>(), 1));
            generator.Run([new GenerationRequest(prompts[row], 0)], result =>
                differences += Enumerable.Range(0, wanted.Length).Count(i => result.Ids[i] != wanted[i]));
        }

        return differences;
    }

    private static JsonObject Limits(string folder)
    {
        for (DirectoryInfo? at = new(Path.GetFullPath(folder)); at is not null; at = at.Parent)
        {
            string file = Path.Combine(at.FullName, LimitsFile);
            if (File.Exists(file))
            {
                return JsonFile.ReadObject(file);
            }
        }

        throw new UserError($"{folder}: {LimitsFile} stands neither there nor in a folder above it");
    }

    private static JsonObject Block(JsonObject limits, string name) =>
        limits[name] as JsonObject ?? throw new UserError($"{LimitsFile} has no block '{name}'");
}

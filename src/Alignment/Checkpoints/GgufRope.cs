using System.Text.Json.Nodes;

using Alignment.Shared;

using static TorchSharp.torch;

namespace Alignment.Checkpoints;

/// <summary>Rope scaling of a GGUF file as a Hugging Face configuration says it.</summary>
internal static class GgufRope
{
    private const string Prefix = "llama.rope.scaling.";
    private const string FactorTensor = "rope_freqs.weight";

    /// <summary>The scaling, with its <c>rope_type</c>; "default" when there is none.</summary>
    /// <exception cref="UserError">A kind of scaling that cannot be said.</exception>
    public static JsonObject Scaling(GgufFile file, GgufMetadata metadata, long headDim, double theta)
    {
        string type = metadata.Text(Prefix + "type") ?? "none";
        if (file.Has(FactorTensor))
        {
            return type == "none"
                ? Llama3(file, headDim, theta)
                : throw new UserError($"{file.Path}: {Prefix}type '{type}' together with {FactorTensor} is not supported");
        }

        double factor = metadata.Number(Prefix + "factor") ?? (type == "none" ? 1 : throw metadata.Missing(Prefix + "factor"));
        switch (type)
        {
            case "none":
                return new JsonObject { ["rope_type"] = "default" };
            case "linear":
                return new JsonObject { ["rope_type"] = "linear", ["factor"] = factor };
            case "yarn":
                return new JsonObject
                {
                    ["rope_type"] = "yarn",
                    ["factor"] = factor,
                    ["original_max_position_embeddings"] = metadata.Required(Prefix + "original_context_length"),
                };
            default:
                throw new UserError($"{file.Path}: {Prefix}type '{type}' is not supported (supported: none, linear, yarn)");
        }
    }

    /// <summary>True when a configuration's scaling changes nothing.</summary>
    public static bool IsDefault(JsonObject rope) => rope["rope_type"]!.GetValue<string>() == "default";

    /// <summary>
    /// A llama3 scaling is stored as one factor per frequency. Its four parameters are the published ones of Llama 3.1 and
    /// later, except the factor: they are taken when they give exactly the stored factors.
    /// </summary>
    private static JsonObject Llama3(GgufFile file, long headDim, double theta)
    {
        const double Low = 1;
        const double High = 4;
        const double Context = 8192;
        using Tensor stored = file.Read(FactorTensor);
        float[] factors = stored.data<float>().ToArray();
        double factor = factors.Length == 0 ? 0 : factors.Max();
        for (int i = 0; i < headDim / 2; i++)
        {
            double wavelength = 2 * Math.PI * Math.Pow(theta, 2.0 * i / headDim);
            double smooth = (Context / wavelength - Low) / (High - Low);
            double expected = wavelength < Context / High ? 1 : wavelength > Context / Low ? factor : 1 / ((1 - smooth) / factor + smooth);
            if (i >= factors.Length || Math.Abs(factors[i] - expected) > 1e-4 * expected)
            {
                throw new UserError($"{file.Path}: {FactorTensor}: these rope factors are not those of Llama 3; they are not supported");
            }
        }

        return new JsonObject
        {
            ["rope_type"] = "llama3",
            ["factor"] = factor,
            ["low_freq_factor"] = Low,
            ["high_freq_factor"] = High,
            ["original_max_position_embeddings"] = (long)Context,
        };
    }
}

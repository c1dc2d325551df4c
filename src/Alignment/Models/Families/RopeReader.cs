using System.Text.Json.Nodes;

using Alignment.Shared;

namespace Alignment.Models.Families;

/// <summary>
/// Reads rotary settings in both forms: <c>rope_theta</c> with <c>rope_scaling</c> (transformers 4; its kind under
/// <c>rope_type</c>, in old files <c>type</c>), or <c>rope_parameters</c> (transformers 5).
/// </summary>
internal static class RopeReader
{
    public static RopeConfig Read(ConfigReader config, double defaultTheta = 10000)
    {
        bool modern = config.Json["rope_parameters"] is JsonObject;
        JsonObject scaling = config.Json["rope_parameters"] as JsonObject ?? config.Json["rope_scaling"] as JsonObject ?? [];
        var rope = new ConfigReader(scaling);
        string kind = rope.Text("rope_type") ?? rope.Text("type") ?? "default";
        double theta = rope.Number("rope_theta", config.Number("rope_theta", defaultTheta));
        if (rope.Number("partial_rotary_factor", config.Number("partial_rotary_factor", 1)) != 1)
        {
            throw new UserError("config.json: partial_rotary_factor other than 1 is not supported for this family");
        }

        var plain = new RopeConfig { Theta = theta, Factor = rope.Number("factor", 1), OriginalMaxPositions = rope.Count("original_max_position_embeddings", 0)!.Value };
        switch (kind)
        {
            case "default":
                return new RopeConfig { Theta = theta };
            case "linear":
                return Needing(rope, "factor", plain with { Kind = RopeKind.Linear });
            case "dynamic":
                return Needing(rope, "factor", plain with { Kind = RopeKind.Dynamic });
            case "llama3":
                Needing(rope, "low_freq_factor", Needing(rope, "high_freq_factor", plain));
                Needing(rope, "original_max_position_embeddings", plain);
                return Needing(rope, "factor", plain with
                {
                    Kind = RopeKind.Llama3,
                    LowFrequencyFactor = rope.Number("low_freq_factor", 0),
                    HighFrequencyFactor = rope.Number("high_freq_factor", 0),
                });
            case "yarn":
                return Yarn(config, rope, plain, modern);
            default:
                throw new UserError($"config.json: rope scaling '{kind}' is not supported; supported are default, linear, dynamic, yarn, llama3");
        }
    }

    private static RopeConfig Yarn(ConfigReader config, ConfigReader rope, RopeConfig plain, bool modern)
    {
        // transformers 4 takes the ratio of the lengths where the original one is given, transformers 5 the factor where that is given.
        bool byLengths = plain.OriginalMaxPositions > 0 && (!modern || rope.Json["factor"] is null);
        return (byLengths ? plain : Needing(rope, "factor", plain)) with
        {
            Kind = RopeKind.Yarn,
            Factor = byLengths ? (double)config.Count("max_position_embeddings") / plain.OriginalMaxPositions : plain.Factor,
            AttentionFactor = Optional("attention_factor"),
            BetaFast = rope.Number("beta_fast", 32),
            BetaSlow = rope.Number("beta_slow", 1),
            Mscale = Optional("mscale"),
            MscaleAllDim = Optional("mscale_all_dim"),
            Truncate = rope.Flag("truncate", true),
        };

        double? Optional(string key) => rope.Json[key] is null ? null : rope.Number(key, 0);
    }

    private static RopeConfig Needing(ConfigReader rope, string key, RopeConfig result) =>
        rope.Json[key] is null ? throw new UserError($"config.json: the rope scaling lacks {key}") : result;
}

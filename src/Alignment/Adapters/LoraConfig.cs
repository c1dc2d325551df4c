using Alignment.Shared;

namespace Alignment.Adapters;

/// <summary>How LoRA adapters are placed and scaled; the words and rules of PEFT's <c>LoraConfig</c>.</summary>
public sealed record LoraConfig
{
    /// <summary>Rows of A, at least 1.</summary>
    public int Rank { get; init; } = 16;

    /// <summary>The product B·A is scaled by alpha / rank (or alpha / √rank).</summary>
    public double Alpha { get; init; } = 32;

    /// <summary>Share of the adapter's inputs set to 0 in training, in [0, 1).</summary>
    public double Dropout { get; init; }

    /// <summary>rsLoRA (Kalajdzievski 2023): scale by alpha / √rank.</summary>
    public bool RankStabilized { get; init; }

    /// <summary>Which linear maps get an adapter.</summary>
    public ModuleTargets Targets { get; init; } = ModuleTargets.AllLinear;

    /// <summary>Maps that get none although <see cref="Targets"/> names them; null for none.</summary>
    public ModuleTargets? Exclude { get; init; }

    /// <summary>Layers that get adapters; null for all. Not together with a regular expression in <see cref="Targets"/>.</summary>
    public IReadOnlyList<int>? Layers { get; init; }

    /// <summary>Names of the list of layers inside a path; null finds it by form (<c>….NAME.INDEX.…</c>).</summary>
    public IReadOnlyList<string>? LayersPatterns { get; init; }

    /// <summary>Ranks by pattern (matches the end of a path, from a dot); the first match counts.</summary>
    public IReadOnlyList<KeyValuePair<string, int>> RankPattern { get; init; } = [];

    /// <summary>Alphas by pattern, as <see cref="RankPattern"/>.</summary>
    public IReadOnlyList<KeyValuePair<string, double>> AlphaPattern { get; init; } = [];

    /// <summary>The rank at a path.</summary>
    public int RankOf(string path) => Match(RankPattern, path, Rank);

    /// <summary>The scale of B·A at a path.</summary>
    public double ScalingOf(string path)
    {
        double rank = RankOf(path);
        return Match(AlphaPattern, path, Alpha) / (RankStabilized ? Math.Sqrt(rank) : rank);
    }

    /// <summary>Refuses numbers out of range.</summary>
    /// <exception cref="UserError">Names the key.</exception>
    public void Check()
    {
        if (Rank < 1 || RankPattern.Any(pattern => pattern.Value < 1))
        {
            throw new UserError("lora.rank: must be at least 1.");
        }

        if (!(Dropout >= 0 && Dropout < 1))
        {
            throw new UserError("lora.dropout: must be at least 0 and below 1.");
        }

        if (Layers is not null && Targets.Pattern is not null)
        {
            throw new UserError("lora.layers: does not go together with a regular expression as targets; put the layers into the expression.");
        }
    }

    private static T Match<T>(IReadOnlyList<KeyValuePair<string, T>> patterns, string path, T otherwise)
    {
        foreach ((string pattern, T value) in patterns)
        {
            if (ModuleTargets.IsMatch($@"^(.*\.)?({pattern})$", path))
            {
                return value;
            }
        }

        return otherwise;
    }
}

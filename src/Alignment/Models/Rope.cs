using Alignment.Shared;

using static TorchSharp.torch;

namespace Alignment.Models;

/// <summary>
/// Rotary position embedding (https://arxiv.org/abs/2104.09864) on the two halves of a head, with the scalings of
/// transformers' <c>modeling_rope_utils</c>.
/// </summary>
public static class Rope
{
    /// <summary>cos and sin of the rotation for every token.</summary>
    /// <param name="config">base and scaling</param>
    /// <param name="headSize">even</param>
    /// <param name="maxPositions">max_position_embeddings</param>
    /// <param name="layout">positions</param>
    /// <param name="dtype">of the result; the angles are fp32, or fp64 where this is</param>
    /// <returns>[N, T, 1, hd/2] each</returns>
    public static (Tensor Cos, Tensor Sin) Tables(RopeConfig config, int headSize, int maxPositions, TokenLayout layout, ScalarType dtype)
    {
        (double[] frequencies, double factor) = Frequencies(config, headSize, maxPositions, layout.MaxPosition + 1);
        ScalarType exact = dtype == ScalarType.Float64 ? ScalarType.Float64 : ScalarType.Float32;
        using var scope = NewDisposeScope();
        Tensor inverse = tensor(frequencies, dtype: exact, device: layout.Positions.device); // [hd/2]
        Tensor angles = layout.Positions.to(exact).unsqueeze(-1).mul(inverse).unsqueeze(2); // [N, T, 1, hd/2]
        Tensor cos = angles.cos();
        Tensor sin = angles.sin();
        if (factor != 1)
        {
            cos.mul_(factor);
            sin.mul_(factor);
        }

        return (scope.MoveToOuter(cos.to(dtype)), scope.MoveToOuter(sin.to(dtype)));
    }

    /// <summary>Angle per position of each pair of dimensions, and the factor of cos and sin.</summary>
    /// <param name="config">base and scaling</param>
    /// <param name="headSize">rotated dimensions</param>
    /// <param name="maxPositions">max_position_embeddings</param>
    /// <param name="length">positions in use: the largest of the batch plus one (dynamic only)</param>
    public static (double[] Frequencies, double Factor) Frequencies(RopeConfig config, int headSize, int maxPositions, int length)
    {
        double theta = config.Theta;
        if (config.Kind == RopeKind.Dynamic && length > maxPositions)
        {
            theta *= Math.Pow(config.Factor * length / maxPositions - (config.Factor - 1), headSize / (headSize - 2.0));
        }

        double[] plain = [.. Enumerable.Range(0, headSize / 2).Select(i => Math.Pow(theta, -2.0 * i / headSize))];
        return config.Kind switch
        {
            RopeKind.Default or RopeKind.Dynamic => (plain, 1),
            RopeKind.Linear => ([.. plain.Select(f => f / config.Factor)], 1),
            RopeKind.Llama3 => ([.. plain.Select(f => Llama3(f, config, maxPositions))], 1),
            RopeKind.Yarn => Yarn(plain, config, headSize, maxPositions),
            _ => throw new UserError($"rope scaling '{config.Kind}' is not supported"),
        };
    }

    private static double Llama3(double frequency, RopeConfig config, int maxPositions)
    {
        double original = config.OriginalMaxPositions > 0 ? config.OriginalMaxPositions : maxPositions;
        double waveLength = 2 * Math.PI / frequency;
        if (waveLength < original / config.HighFrequencyFactor)
        {
            return frequency;
        }

        if (waveLength > original / config.LowFrequencyFactor)
        {
            return frequency / config.Factor;
        }

        double smooth = (original / waveLength - config.LowFrequencyFactor) / (config.HighFrequencyFactor - config.LowFrequencyFactor);
        return (1 - smooth) * frequency / config.Factor + smooth * frequency;
    }

    private static (double[] Frequencies, double Factor) Yarn(double[] plain, RopeConfig config, int headSize, int maxPositions)
    {
        double original = config.OriginalMaxPositions > 0 ? config.OriginalMaxPositions : maxPositions;
        double low = Dimension(config.BetaFast);
        double high = Dimension(config.BetaSlow);
        (low, high) = config.Truncate ? (Math.Floor(low), Math.Ceiling(high)) : (low, high);
        (low, high) = (Math.Max(low, 0), Math.Min(high, headSize - 1));
        high += low == high ? 0.001 : 0;
        double[] frequencies = new double[plain.Length];
        for (int i = 0; i < plain.Length; i++)
        {
            double interpolated = Math.Clamp((i - low) / (high - low), 0, 1);
            frequencies[i] = plain[i] / config.Factor * interpolated + plain[i] * (1 - interpolated);
        }

        double attention = config.AttentionFactor ?? (config.Mscale is > 0 and double m && config.MscaleAllDim is > 0 and double all
            ? Scale(m) / Scale(all) : Scale(1));
        return (frequencies, attention);

        // The dimension whose wave turns this often over the original length.
        double Dimension(double turns) => headSize * Math.Log(original / (turns * 2 * Math.PI)) / (2 * Math.Log(config.Theta));

        double Scale(double weight) => config.Factor <= 1 ? 1 : 0.1 * weight * Math.Log(config.Factor) + 1;
    }
}

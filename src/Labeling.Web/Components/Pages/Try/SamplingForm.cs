using Alignment.Pipeline.Serving;

namespace Alignment.Labeling.Web.Components.Pages.Try;

/// <summary>The settings of answers as somebody fills them in.</summary>
public sealed class SamplingForm
{
    /// <summary>0 is greedy.</summary>
    public double Temperature { get; set; }

    /// <summary>The share of probability that is drawn from.</summary>
    public double TopP { get; set; } = 1;

    /// <summary>The most tokens of an answer.</summary>
    public int MaxTokens { get; set; } = new Sampling().MaxTokens;

    /// <summary>Empty draws anew each time.</summary>
    public long? Seed { get; set; }

    /// <summary>What they say.</summary>
    public Sampling ToSampling() => new() { Temperature = Temperature, TopP = TopP, MaxTokens = MaxTokens, Seed = Seed };
}

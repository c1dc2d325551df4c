using FluentValidation;

namespace Alignment.Pipeline.Serving;

/// <summary>How an answer is drawn.</summary>
public sealed record Sampling
{
    /// <summary>The most tokens that may be asked for.</summary>
    public const int MostTokens = 8192;

    /// <summary>0 takes the likeliest token each time; up to 2.</summary>
    public double Temperature { get; init; }

    /// <summary>Only the likeliest tokens that together have this probability are drawn from; above 0, up to 1.</summary>
    public double TopP { get; init; } = 1;

    /// <summary>The most tokens of an answer.</summary>
    public int MaxTokens { get; init; } = 256;

    /// <summary>The same seed draws the same answer; null draws anew.</summary>
    public long? Seed { get; init; }
}

internal sealed class SamplingValidator : AbstractValidator<Sampling>
{
    public SamplingValidator()
    {
        RuleFor(sampling => sampling.Temperature).InclusiveBetween(0, 2).WithMessage("the temperature is 0 to 2");
        RuleFor(sampling => sampling.TopP).Must(share => share is > 0 and <= 1).WithMessage("top p is above 0 and at most 1");
        RuleFor(sampling => sampling.MaxTokens).InclusiveBetween(1, Sampling.MostTokens).WithMessage($"an answer has 1 to {Sampling.MostTokens} tokens");
    }
}

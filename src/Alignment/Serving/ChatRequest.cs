using Alignment.Shared.Preferences;

namespace Alignment.Serving;

/// <summary>A request for chat completions, read and checked.</summary>
internal sealed record ChatRequest
{
    /// <summary>Name of the model.</summary>
    public required string Model { get; init; }

    /// <summary>The conversation.</summary>
    public required IReadOnlyList<Message> Messages { get; init; }

    /// <summary>How many answers.</summary>
    public required int Answers { get; init; }

    /// <summary>Limit of new tokens of each answer; null leaves it to the context.</summary>
    public required int? MaxTokens { get; init; }

    /// <summary>Divides the logits; 0 takes the likeliest token.</summary>
    public required double Temperature { get; init; }

    /// <summary>Keeps the likeliest tokens until their sum reaches this share.</summary>
    public required double TopP { get; init; }

    /// <summary>Seed of the draws; null takes one at random.</summary>
    public required long? Seed { get; init; }

    /// <summary>Texts that end an answer and are not part of it.</summary>
    public required IReadOnlyList<string> Stop { get; init; }

    /// <summary>How many alternatives are told with each token's log-probability; null tells none of both.</summary>
    public required int? Alternatives { get; init; }

    /// <summary>Whether the answers come piece by piece.</summary>
    public required bool Stream { get; init; }

    /// <summary>Whether a stream ends with the usage.</summary>
    public required bool IncludeUsage { get; init; }
}

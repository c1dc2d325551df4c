namespace Alignment.Generation;

/// <summary>How the next token is chosen. Defaults leave the model's distribution as it is.</summary>
public sealed record SamplingOptions
{
    /// <summary>Takes the likeliest token, after the penalties; the other settings do not count.</summary>
    public bool Greedy { get; init; }

    /// <summary>Divides the logits; above 0.</summary>
    public double Temperature { get; init; } = 1;

    /// <summary>Keeps the k largest logits and what equals the smallest of them; 0 keeps all.</summary>
    public int TopK { get; init; }

    /// <summary>Keeps the likeliest tokens until their sum reaches this share, the crossing token included; 1 keeps all.</summary>
    public double TopP { get; init; } = 1;

    /// <summary>Keeps tokens of at least this share of the likeliest one's probability; 0 keeps all.</summary>
    public double MinP { get; init; }

    /// <summary>Keeps the tokens whose surprise is nearest to the entropy, up to this share; 1 keeps all.</summary>
    public double TypicalP { get; init; } = 1;

    /// <summary>Keeps tokens of at least this probability; 0 keeps all.</summary>
    public double EpsilonCutoff { get; init; }

    /// <summary>As <see cref="EpsilonCutoff"/>, less where the distribution is flat; 0 keeps all.</summary>
    public double EtaCutoff { get; init; }

    /// <summary>Forbids the last token of each of these sequences where the others end the text.</summary>
    public IReadOnlyList<IReadOnlyList<int>> ForbiddenRuns { get; init; } = [];

    /// <summary>Divides positive and multiplies negative logits of tokens that occurred, prompt included; 1 changes nothing.</summary>
    public double RepetitionPenalty { get; init; } = 1;

    /// <summary>Forbids a token that would repeat a run of this many tokens; 0 forbids none.</summary>
    public int NoRepeatRun { get; init; }

    /// <summary>Ends of text are forbidden before this many new tokens.</summary>
    public int MinNewTokens { get; init; }

    /// <summary>Together with the request it decides every draw, whatever else is in the batch.</summary>
    public ulong Seed { get; init; }
}

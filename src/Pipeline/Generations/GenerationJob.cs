using Alignment.Pipeline.Projects;

namespace Alignment.Pipeline.Generations;

/// <summary>A file of prompts that models answer, so that people can label the answers.</summary>
public sealed class GenerationJob
{
    /// <summary>The database's key.</summary>
    public int Id { get; init; }

    /// <summary>The project that gets the items.</summary>
    public required int ProjectId { get; init; }

    /// <summary>The project that gets the items.</summary>
    public Project? Project { get; init; }

    /// <summary>The file's name, without folders.</summary>
    public required string FileName { get; init; }

    /// <summary>A name under models/ or a run's id.</summary>
    public required string ModelA { get; init; }

    /// <summary>The other model; null for one alone.</summary>
    public string? ModelB { get; init; }

    /// <summary>Answers of each model to each prompt.</summary>
    public required int Answers { get; init; }

    /// <summary>As <see cref="Serving.Sampling.Temperature"/>.</summary>
    public required double Temperature { get; init; }

    /// <summary>As <see cref="Serving.Sampling.TopP"/>.</summary>
    public required double TopP { get; init; }

    /// <summary>As <see cref="Serving.Sampling.MaxTokens"/>.</summary>
    public required int MaxTokens { get; init; }

    /// <summary>As <see cref="Serving.Sampling.Seed"/>; further answers of a model count up from it.</summary>
    public long? Seed { get; init; }

    /// <summary>Where it stands.</summary>
    public required GenerationState State { get; set; }

    /// <summary>Why it failed; empty otherwise.</summary>
    public string Reason { get; set; } = "";

    /// <summary>Who asked for it: a person's name.</summary>
    public required string AskedBy { get; init; }

    /// <summary>When it was asked for (UTC).</summary>
    public required DateTime CreatedAt { get; init; }

    /// <summary>When it ended (UTC).</summary>
    public DateTime? EndedAt { get; set; }

    /// <summary>The lines of the file.</summary>
    public ICollection<GenerationPrompt> Prompts { get; } = [];

    /// <summary>How its answers are drawn.</summary>
    public Serving.Sampling Sampling => new() { Temperature = Temperature, TopP = TopP, MaxTokens = MaxTokens, Seed = Seed };

    /// <summary>Its models, one or two.</summary>
    public IReadOnlyList<string> Models => ModelB is null ? [ModelA] : [ModelA, ModelB];
}

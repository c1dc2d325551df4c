using Alignment.Pipeline.Serving.Add;
using Alignment.Shared.Preferences;

namespace Alignment.Pipeline.Generations;

/// <summary>One line of a job's file.</summary>
public sealed class GenerationPrompt
{
    /// <summary>The database's key.</summary>
    public long Id { get; init; }

    /// <summary>The job.</summary>
    public int JobId { get; init; }

    /// <summary>The job.</summary>
    public GenerationJob? Job { get; init; }

    /// <summary>Its line number, from 1.</summary>
    public required int Line { get; init; }

    /// <summary>The conversation to answer; empty where the line is no prompt.</summary>
    public required IReadOnlyList<Message> Prompt { get; init; }

    /// <summary>Where it stands.</summary>
    public required PromptState State { get; set; }

    /// <summary>What is wrong with the line, or why a model does not take it; never what it says.</summary>
    public string? Problem { get; set; }

    /// <summary>What the models answered; empty before.</summary>
    public IReadOnlyList<ModelAnswer> Answers { get; set; } = [];

    /// <summary>Items that were added.</summary>
    public int Items { get; set; }

    /// <summary>Answers that were left out because another one says the same, or because they say nothing.</summary>
    public int LeftOut { get; set; }
}

namespace Alignment.Pipeline.Generations;

/// <summary>Where a job stands.</summary>
public enum GenerationState
{
    /// <summary>Prompts are asked, or wait for an earlier job.</summary>
    Running,

    /// <summary>Every prompt was asked.</summary>
    Done,

    /// <summary>Somebody ended it.</summary>
    Cancelled,

    /// <summary>A model could not be asked.</summary>
    Failed,
}

/// <summary>Where one prompt of a job stands.</summary>
public enum PromptState
{
    /// <summary>It is asked next, or just now.</summary>
    Waiting,

    /// <summary>It was answered and its items are in the project.</summary>
    Done,

    /// <summary>A model does not take it.</summary>
    Failed,

    /// <summary>The line of the file is no prompt.</summary>
    Rejected,
}
